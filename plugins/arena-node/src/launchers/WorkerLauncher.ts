import { ArenaJobSpec, ObjectKey } from '@backstage-arena/plugin-arena-common';
import { WorkerPoolKey, WorkerPoolSpec } from './WorkerPoolSpec';
import { WorkerPoolStatus, WorkerTrouble } from './WorkerPoolStatus';

/**
 * Starts and restarts workers. Level-triggered: `ensure` may be called at any time with the wanted state, also by a second
 * controller or after a restart.
 *
 * @public
 */
export interface WorkerLauncher {
  /** Name under which configuration chooses it, for example `local`. */
  readonly id: string;
  /** Why workers as the job wants them are never started here, if so. Asked before a run is made. */
  refuses?(workers: ArenaJobSpec['workers']): WorkerTrouble | undefined;
  /**
   * Tells whose workers have changed, so that nobody has to ask again and again. The listener must not throw.
   *
   * @returns ends telling
   */
  onChange?(listener: (job: ObjectKey) => void): () => void;
  /** A run is being planned that will want so many workers at first. What can be done before it is there may be done now. */
  prepare?(replicas: number): void;
  ensure(spec: WorkerPoolSpec): Promise<WorkerPoolStatus>;
  /** How its workers are, also when `ensure` was never called here. Fails when that cannot be known. */
  status(pool: WorkerPoolKey): Promise<WorkerPoolStatus>;
  /** A credential of the run is gone. Takes it from where workers that start by themselves would find it, and starts nothing. */
  withdraw?(spec: WorkerPoolSpec): Promise<void>;
  /** Stops the workers of a run, which is over, and forgets them, also when `ensure` was never called here. Fails while some may be left. */
  stop(pool: WorkerPoolKey): Promise<void>;
  /** Another replica may drive the run from now on: stops workers that live in this one, and leaves others alone. */
  release(runId: string): Promise<void>;
  /** Called once when the backend stops. Leaves no process behind. */
  shutdown(): Promise<void>;
}
