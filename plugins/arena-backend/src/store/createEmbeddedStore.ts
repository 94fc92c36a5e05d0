import { LoggerService } from '@backstage/backend-plugin-api';
import { EMBEDDED_CLUSTER } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { DatabaseEventRecorder } from '../events/DatabaseEventRecorder';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { Clock, systemClock } from '../time/Clock';
import { Admission } from './Admission';
import { ChangeFeed } from './ChangeFeed';
import { ChangeSignal } from './ChangeSignal';
import { EmbeddedResourceStore } from './EmbeddedResourceStore';
import { HistoryCompactor } from './HistoryCompactor';
import { JobQueryService } from './JobQueryService';
import { readVersions } from './operations/readVersions';
import { OwnerGarbageCollector } from './OwnerGarbageCollector';

export interface EmbeddedStoreOptions {
  /** Configured by `configureDatabase` and brought up to date by `applyMigrations`. */
  knex: Knex;
  admission: Admission;
  logger: LoggerService;
  clock?: Clock;
  cluster?: string;
  /** How soon changes of other replicas are seen. Default one second. */
  pollIntervalMs?: number;
  /** How long a watch may be away and still resume. Default 30 minutes. */
  historyRetentionMs?: number;
  /** Changes that are remembered at most. Default 50,000. */
  historyMaxChanges?: number;
  /** How often clean-ups look at everything. Default one minute. */
  sweepIntervalMs?: number;
}

/** The parts of the embedded store. */
export interface EmbeddedStore {
  readonly resources: EmbeddedResourceStore;
  readonly events: DatabaseEventRecorder;
  readonly jobs: JobQueryService;
  /** Objects and events in one resumable stream. */
  readonly changes: ChangeFeed;
  readonly garbageCollector: OwnerGarbageCollector;
  readonly compactor: HistoryCompactor;
  /** Starts what happens in the background. The parts work without it, but nothing is cleaned up. */
  start(): void;
  stop(): Promise<void>;
}

/** Puts the embedded store together. */
export function createEmbeddedStore(
  options: EmbeddedStoreOptions,
): EmbeddedStore {
  const {
    knex,
    admission,
    logger,
    clock = systemClock,
    cluster = EMBEDDED_CLUSTER,
    sweepIntervalMs = 60_000,
  } = options;
  const changeSignal = new ChangeSignal({
    pollIntervalMs: options.pollIntervalMs ?? 1_000,
    readVersion: async () => (await readVersions(knex, cluster)).current,
    logger,
  });
  const changes = new ChangeFeed({ knex, cluster, changeSignal });
  const resources = new EmbeddedResourceStore({
    knex,
    cluster,
    admission,
    clock,
    changeSignal,
    changeFeed: changes,
  });
  const garbageCollector = new OwnerGarbageCollector({
    knex,
    store: resources,
    logger,
    sweepIntervalMs,
  });
  const compactor = new HistoryCompactor({
    knex,
    cluster,
    clock,
    logger,
    retentionMs: options.historyRetentionMs ?? 30 * 60_000,
    maxChanges: options.historyMaxChanges ?? 50_000,
    intervalMs: sweepIntervalMs,
  });
  const events = new DatabaseEventRecorder({
    knex,
    cluster,
    clock,
    changeSignal,
  });
  const eventCleaner = new BackgroundLoop({
    name: 'Deleting events of deleted objects',
    intervalMs: sweepIntervalMs,
    logger,
    run: async () => {
      await events.deleteExpired();
    },
  });
  const background = [garbageCollector, compactor, eventCleaner];
  return {
    resources,
    events,
    jobs: new JobQueryService({ knex, cluster }),
    changes,
    garbageCollector,
    compactor,
    start: () => background.forEach(part => part.start()),
    stop: async () => {
      await Promise.all(background.map(part => part.stop()));
    },
  };
}
