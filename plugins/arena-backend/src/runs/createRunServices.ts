import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  SnapshotStore,
  TranscriptStore,
} from '@backstage-arena/plugin-arena-node';
import { Router } from 'express';
import { Knex } from 'knex';
import { version } from '../../package.json';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { ItemComments } from '../comments/ItemComments';
import { isSqlite } from '../database/configureDatabase';
import { WalCheckpointer } from '../database/WalCheckpointer';
import { Datasets } from '../datasets/Datasets';
import { LoadTests } from '../loads/LoadTests';
import { DatabaseWorkQueue } from '../queue/DatabaseWorkQueue';
import { QueueContext } from '../queue/QueueContext';
import { QueueObserver } from '../queue/QueueObserver';
import { DEFAULT_RETRYABLE_ERRORS, RetryOptions } from '../queue/retryPolicy';
import { WorkQueue } from '../queue/WorkQueue';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { Clock } from '../time/Clock';
import { createRedactor, Redactor } from '../transcripts/createRedactor';
import { chainRedactors } from '../transcripts/redaction/chainRedactors';
import { createRuleRedactor } from '../transcripts/redaction/createRuleRedactor';
import { DatabaseTranscriptStore } from '../transcripts/DatabaseTranscriptStore';
import { keptBaselines, StoredJob } from '../verdicts/keptBaselines';
import { RunVerdicts } from '../verdicts/RunVerdicts';
import {
  createWorkerRouter,
  WorkerRouterOptions,
} from '../workerApi/createWorkerRouter';
import { DatabaseRunStore } from './DatabaseRunStore';
import { PlannedRuns } from './PlannedRun';
import { pruneRuns } from './pruneRuns';
import { RunSeries } from './RunSeries';
import { RunSignal } from './RunSignal';

const MAX_FINALIZE_ATTEMPTS = 5;
const MIN_REPORT_BYTES = 32 * 1024 * 1024;
const MAX_UPLOAD_BYTES = 1024 ** 3;
const PRUNE_INTERVAL_MS = 3_600_000;

export interface RunServicesOptions {
  /** Migrated and configured. */
  knex: Knex;
  clock: Clock;
  logger: LoggerService;
  snapshots: SnapshotStore;
  config: Pick<
    ArenaBackendConfig,
    'queue' | 'transcripts' | 'results' | 'outputs' | 'network'
  > &
    Partial<Pick<ArenaBackendConfig, 'redaction'>>;
  /** Takes secrets out of what is stored. Default: one that knows the secrets below, and the rules of the configuration. */
  redactor?: Redactor;
  /** Jobs that are compared with a baseline. While they cannot be read, no run is deleted for its age. Default: none. */
  gatedJobs?: () => Promise<readonly StoredJob[]>;
  /** Values that must never be stored, read at each use. */
  secrets?: () => readonly string[];
  /** Is told what the queue has done. Default: nobody is. */
  queueObserver?: QueueObserver;
  /** Makes spans of leases and reports. Default: none are made. */
  tracing?: QueueContext['tracing'];
  /** Called with each answer to a report. Default: nothing is. */
  onReport?: WorkerRouterOptions['onReport'];
  /** Classes of errors that are worth another attempt. Default: all but `bundle`. */
  retryableErrors?: RetryOptions['retryableErrors'];
}

export interface RunServices {
  readonly runs: DatabaseRunStore;
  readonly queue: WorkQueue;
  readonly loads: LoadTests;
  readonly datasets: Datasets;
  readonly verdicts: RunVerdicts;
  readonly comments: ItemComments;
  /** Announces runs whose reports are written. */
  readonly signal: RunSignal;
  readonly transcripts: TranscriptStore;
  /** To be mounted at `/worker/v1`, open to requests without credentials. */
  readonly workerRouter: Router;
  /** Starts taking back expired leases, and deleting what is too old. Each replica does. */
  start(): void;
  /** Stops both and waits for what is under way. */
  stop(): Promise<void>;
}

/** Puts together everything that keeps runs, gives out their work and takes their results. */
export function createRunServices(options: RunServicesOptions): RunServices {
  const { knex, clock, logger, snapshots, config } = options;
  const planned = new PlannedRuns(knex);
  const signal = new RunSignal();
  const outputRetry = {
    maxFinalizeAttempts: MAX_FINALIZE_ATTEMPTS,
    outputRetry: config.outputs,
  };
  const runs = new DatabaseRunStore({
    knex,
    clock,
    runs: planned,
    workerTtlMs: config.queue.leaseTtlMs,
    outputRetry,
  });
  const queue = new DatabaseWorkQueue({
    knex,
    clock,
    logger,
    signal,
    observer: options.queueObserver,
    tracing: options.tracing,
    runs: planned,
    redact:
      options.redactor ??
      chainRedactors(
        createRedactor(options.secrets ?? [], { logger }),
        createRuleRedactor(config.redaction ?? []),
      ),
    options: {
      ...config.queue,
      release: version,
      retryableErrors: options.retryableErrors ?? DEFAULT_RETRYABLE_ERRORS,
      ...outputRetry,
      allowedHosts: config.network.allow,
      maxTranscriptBytes: config.transcripts.maxBytesPerItem,
    },
  });
  const loads = new LoadTests({ knex, clock, logger, runs: planned });
  const datasets = new Datasets({ knex, clock, runs: planned });
  const verdicts = new RunVerdicts({ knex, runs: planned });
  const series = new RunSeries(knex);
  const comments = new ItemComments({ knex, clock, runs: planned, series });
  const transcripts = new DatabaseTranscriptStore({ knex, runs: planned });
  const workerRouter = createWorkerRouter({
    queue,
    runs,
    loads,
    datasets,
    transcripts,
    snapshots,
    logger,
    onReport: options.onReport,
    maxConcurrentReports: config.queue.maxConcurrentReports,
    // SQLite writes one after the other; while one is written the next is prepared. On PostgreSQL connections must be left over.
    reportsAtATime: isSqlite(knex) ? 3 : 4,
    // A transcript grows as a text within JSON; two of the longest must fit.
    maxReportBytes: Math.max(
      MIN_REPORT_BYTES,
      4 * config.transcripts.maxBytesPerItem,
    ),
    maxUploadBytes: MAX_UPLOAD_BYTES,
  });
  const checkpointer = new WalCheckpointer({ knex, logger });
  const loops = [
    new BackgroundLoop({
      name: 'Taking back expired leases',
      intervalMs: Math.min(1_000, config.queue.leaseTtlMs / 4),
      logger,
      run: async () => {
        await queue.expire();
      },
    }),
    new BackgroundLoop({
      name: 'Deleting old runs and transcripts',
      intervalMs: PRUNE_INTERVAL_MS,
      logger,
      run: async stopping => {
        const kept = await keptRuns().catch(error => {
          logger.warn(
            `No old run is deleted, as the jobs that are compared with one cannot be read: ${stringifyError(
              error,
            )}`,
          );
          return undefined;
        });
        const pruned = await pruneRuns(knex, clock, {
          kept,
          transcriptDays: config.transcripts.retentionDays,
          resultDays: config.results.retentionDays,
          signal: stopping,
        });
        if (pruned.runs + pruned.transcripts > 0) {
          logger.info(
            `Deleted ${pruned.runs} old run(s) and the transcripts of ${pruned.transcripts}`,
          );
        }
        await comments.prune(stopping);
      },
    }),
  ];

  async function keptRuns(): Promise<Set<string>> {
    return keptBaselines(knex, (await options.gatedJobs?.()) ?? []);
  }

  return {
    runs,
    queue,
    loads,
    datasets,
    verdicts,
    comments,
    signal,
    transcripts,
    workerRouter,
    start() {
      loops.forEach(loop => loop.start());
      checkpointer.start().catch(error => {
        logger.warn(`The log of the database is moved by commits: ${error}`);
      });
    },
    async stop() {
      await Promise.all(loops.map(loop => loop.stop()));
      await checkpointer.stop();
    },
  };
}
