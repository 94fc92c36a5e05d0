import { ArenaKind, ArenaObject } from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  WorkerLauncher,
} from '@backstage-arena/plugin-arena-node';
import { ServedCluster } from '../api/ServedCluster';
import { SecretReader } from '../planning/SecretReader';
import { Election, ElectionCallbacks } from '../reconciler/Election';
import { ConfigMapReader } from '../sources/configmap/ConfigMapReader';

/** A place where API objects live, and where their workers run. What is built on it cannot tell which it is. */
export interface ArenaCluster extends ServedCluster {
  readonly events: EventRecorder;
  readonly secrets: SecretReader;
  readonly configMaps: ConfigMapReader;
  readonly launcher: WorkerLauncher;
  /** Kinds whose statuses another controller fills: ours stand back. */
  readonly foreignStatuses?: ReadonlySet<ArenaKind>;
  /** Which objects are driven; absent: all. Others are shown all the same. */
  takes?(object: ArenaObject): boolean;
  /** Where the workers reach the worker protocol. */
  workerUrl(): Promise<string>;
  /** Decides which replica drives the objects. */
  elect(callbacks: ElectionCallbacks): Election;
  /** Starts what works in the background; returns at once, also when the cluster cannot be reached. */
  start(): void;
  /** Called after its workers are stopped. */
  stop(): Promise<void>;
}
