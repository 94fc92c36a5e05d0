/** Phases of ArenaJobs that have ended. */
export const ENDED = ['Succeeded', 'Failed', 'Cancelled'];
