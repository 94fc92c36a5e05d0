import { RunWorker } from '@backstage-arena/plugin-arena-common';

/** @public */
export interface WorkerPoolSpec {
  runId: string;
  cluster: string;
  namespace: string;
  jobName: string;
  jobUid: string;
  /** How many workers should run. 0 drains and stops them all. */
  replicas: number;
  /** The run token, for the workers alone. */
  token: string;
  /** Base URL of the worker protocol, for example `http://127.0.0.1:7007/api/arena/worker/v1`. */
  backendUrl: string;
  /** Secrets by slot name (environment variable). */
  credentials: Record<string, string>;
  verbose: boolean;
}

/** @public */
export interface WorkerPoolStatus {
  workers: RunWorker[];
  /** Processes or pods that exist now. */
  active: number;
}

/**
 * Starts and restarts workers. Level-triggered: `ensure` may be called at any time with the wanted state, also by a second
 * controller or after a restart.
 *
 * @public
 */
export interface WorkerLauncher {
  /** Name under which configuration chooses it, for example `local`. */
  readonly id: string;
  ensure(spec: WorkerPoolSpec): Promise<WorkerPoolStatus>;
  status(runId: string): Promise<WorkerPoolStatus>;
  /** Stops the workers of a run now and forgets them. */
  stop(runId: string): Promise<void>;
  /** Called once when the backend stops. Leaves no process behind. */
  shutdown(): Promise<void>;
}
