/** Keeps the object until its workers are stopped and its run is closed. */
export const JOB_FINALIZER = 'arena.backstage.io/run';
