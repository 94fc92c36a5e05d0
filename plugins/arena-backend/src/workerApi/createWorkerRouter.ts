import { LoggerService } from '@backstage/backend-plugin-api';
import {
  SnapshotStore,
  TranscriptStore,
} from '@backstage-arena/plugin-arena-node';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { Datasets } from '../datasets/Datasets';
import { LoadTests } from '../loads/LoadTests';
import { DatabaseWorkQueue } from '../queue/DatabaseWorkQueue';
import { DatabaseRunStore } from '../runs/DatabaseRunStore';
import { authenticateRun } from './authenticateRun';
import { addBudgetRoutes } from './budgetRoutes';
import { addDatasetRoutes } from './datasetRoutes';
import { addFileRoutes } from './fileRoutes';
import { addLoadRoutes } from './loadRoutes';
import { addQueueRoutes } from './queueRoutes';

export interface WorkerRouterOptions {
  queue: DatabaseWorkQueue;
  runs: DatabaseRunStore;
  loads: LoadTests;
  datasets: Datasets;
  transcripts: Pick<TranscriptStore, 'readAll'>;
  snapshots: SnapshotStore;
  logger: LoggerService;
  /** Reports in hand at a time; others wait for a while without being read, and are asked to come again. */
  maxConcurrentReports: number;
  /** Of these, how many are parsed and written at a time. */
  reportsAtATime: number;
  /** Most bytes of a report, after decompression. */
  maxReportBytes: number;
  /** Most bytes of a file that is uploaded. */
  maxUploadBytes: number;
  /** Called with each answer to a report, from its arrival on. */
  onReport?: (answer: { status: number; durationMs: number }) => void;
}

/**
 * The worker protocol (`docs/worker-protocol.md`), to be mounted at `/worker/v1`.
 *
 * Each request must have the token of a run and reaches nothing but that run.
 */
export function createWorkerRouter(options: WorkerRouterOptions): Router {
  const router = PromiseRouter();
  router.use(authenticateRun(options.runs));
  addQueueRoutes(router, options);
  addBudgetRoutes(router, options);
  addFileRoutes(router, options);
  addLoadRoutes(router, options);
  addDatasetRoutes(router, options);
  return router;
}
