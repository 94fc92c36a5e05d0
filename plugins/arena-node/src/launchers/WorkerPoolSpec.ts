import { ArenaJobSpec } from '@backstage-arena/plugin-arena-common';

/** A secret that workers get. @public */
export interface WorkerCredential {
  /** The key of a Secret that holds the value unchanged; absent when it is made of several, or comes from elsewhere. */
  secret?: { namespace: string; name: string; key: string };
  /** The value as it is now; undefined when it is gone or no longer allowed. */
  value(): Promise<string | undefined>;
}

/** Whose workers they are: enough to find them again after a restart. @public */
export interface WorkerPoolKey {
  runId: string;
  /** Of the ArenaJob. */
  namespace: string;
  jobName: string;
  jobUid: string;
}

/** What workers a run should have. @public */
export interface WorkerPoolSpec extends WorkerPoolKey {
  cluster: string;
  /** How many workers should run. 0 drains and stops them all. */
  replicas: number;
  /** True once all items are in: whoever works now writes the reports. */
  finalizing: boolean;
  /** The run token, for the workers alone; made when it is first asked for, and then the same while this replica drives the run. */
  token(): Promise<string>;
  /** Base URL of the worker protocol, for example `http://127.0.0.1:7007/api/arena/worker/v1`. */
  backendUrl: string;
  /** Secrets of providers and tools by slot name (environment variable). */
  credentials: Record<string, WorkerCredential>;
  /** The same for the output: whoever writes the reports needs them, and nobody else. */
  outputCredentials: Record<string, WorkerCredential>;
  verbose: boolean;
  /** True: what its workers measure is time (a load test). What can wait on their machine should. */
  measuresTime: boolean;
  /** To be put on what the launcher creates, where it creates objects. */
  labels: Record<string, string>;
  /** As `labels`. */
  annotations: Record<string, string>;
  /** What the job wants to change in its pods. */
  podOverrides?: NonNullable<ArenaJobSpec['workers']>['podOverrides'];
  /** Where the reports go, besides the portal. */
  output?: ArenaJobSpec['output'];
  /** Seconds after which the workers are ended, whatever they do. */
  activeDeadlineSeconds?: number;
}
