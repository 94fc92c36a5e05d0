import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  SnapshotStore,
  TranscriptStore,
} from '@backstage-arena/plugin-arena-node';
import { LoadTests } from '../loads/LoadTests';
import { RunStore } from '../runs/RunStore';
import { Access } from './Access';
import { ServedCluster } from './ServedCluster';
import { LiveStreamTiming } from './stream/LiveStream';

/** What of the runs the API reads. It never writes results. */
export type RunReader = Pick<
  RunStore,
  | 'get'
  | 'find'
  | 'heads'
  | 'items'
  | 'item'
  | 'matrix'
  | 'statistics'
  | 'cellsSince'
  | 'readIndexes'
>;

export interface RouterOptions {
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  auditor: AuditorService;
  logger: LoggerService;
  /** By name. */
  clusters: ReadonlyMap<string, ServedCluster>;
  runs: RunReader;
  loads: Pick<LoadTests, 'state' | 'series' | 'command'>;
  transcripts: Pick<TranscriptStore, 'read'>;
  snapshots: Pick<SnapshotStore, 'open'>;
  /** Aborts when the backend stops: live streams are closed. */
  shutdown: AbortSignal;
  streamTiming?: Partial<LiveStreamTiming>;
}

/** What each group of routes is given. */
export interface RouteContext extends RouterOptions {
  access: Access;
}
