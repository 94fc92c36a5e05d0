import {
  LoggerService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { Worker } from 'node:worker_threads';
import { isSqlite } from './configureDatabase';

const INTERVAL_MS = 100;
/** Pages after which a commit moves the log by itself: only when the thread lags far behind. */
const FALLBACK_PAGES = 64_000;
/** Pages after which the log is made to begin anew. */
const RESTART_PAGES = 32_000;

// Passive checkpoints take no lock that a writer could wait for, but with a writer that never rests the log grows for ever: it
// begins anew only when all of it was moved. So when little is left, writers are kept out for the moment that this takes.
const THREAD = `
const { workerData } = require('node:worker_threads');
const { statSync } = require('node:fs');
const Database = require(workerData.driver);
const database = new Database(workerData.file, { timeout: 20 });
database.pragma('synchronous = NORMAL');
const checkpoint = mode => {
  const [{ log, checkpointed }] = database.pragma('wal_checkpoint(' + mode + ')');
  return { log, left: log - checkpointed };
};
let seen;
setInterval(() => {
  const log = statSync(workerData.file + '-wal', { throwIfNoEntry: false });
  if (!log || log.mtimeMs === seen) return;
  seen = log.mtimeMs;
  let state = checkpoint('PASSIVE');
  if (state.log < workerData.restartPages) return;
  for (let round = 0; round < 5 && state.left > 500; round += 1) {
    state = checkpoint('PASSIVE');
  }
  if (state.left <= 1500) checkpoint('RESTART');
}, workerData.intervalMs);
`;

/**
 * Moves the write-ahead log of SQLite into the database on a thread of its own.
 *
 * By default the commit that finds 1000 pages in the log does it, which writes them to all over the file, waits for the disk, and
 * meanwhile blocks the whole backend. Nothing is lost when the thread stands still: then it is done by commits again.
 */
export class WalCheckpointer {
  private readonly knex: Knex;
  private readonly logger: LoggerService;
  private readonly driver?: string;
  private worker?: Worker;

  constructor(options: {
    knex: Knex;
    logger: LoggerService;
    /** Path of better-sqlite3. Default: the one that knex uses. */
    driver?: string;
  }) {
    this.knex = options.knex;
    this.logger = options.logger;
    this.driver = options.driver;
  }

  /** Does nothing for other databases, and for those in memory. */
  async start(): Promise<void> {
    if (!isSqlite(this.knex)) return;
    const [{ file }]: Array<{ file: string }> = await this.knex.raw(
      "select file from pragma_database_list where name = 'main'",
    );
    if (!file) return;
    await this.setFallback(FALLBACK_PAGES);
    this.worker = new Worker(THREAD, {
      eval: true,
      workerData: {
        file,
        driver: this.driver ?? driverPath(),
        intervalMs: INTERVAL_MS,
        restartPages: RESTART_PAGES,
      },
    });
    this.worker.unref();
    this.worker.on('error', error => {
      this.worker = undefined;
      this.logger.warn(
        `The log of the database is moved by commits from now on: ${error}`,
      );
      this.setFallback(1_000).catch(cause =>
        this.logger.error('Setting wal_autocheckpoint failed', cause),
      );
    });
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private async setFallback(pages: number): Promise<void> {
    await this.knex.raw(`PRAGMA wal_autocheckpoint = ${pages}`);
  }
}

/** The driver that knex uses, which is installed beside it and not necessarily beside this package. */
function driverPath(): string {
  return require.resolve('better-sqlite3', {
    paths: [
      require.resolve('knex'),
      resolvePackagePath('@backstage-arena/plugin-arena-backend'),
      process.cwd(),
    ],
  });
}
