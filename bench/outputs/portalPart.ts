// A portal with a run whose items are all in, and whose reports are to be written.
import { LoggerService } from '@backstage/backend-plugin-api';
import { ConfigReader } from '@backstage/config';
import express from 'express';
import knexFactory from 'knex';
import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readArenaConfig } from '../../plugins/arena-backend/src/config/readArenaConfig';
import { applyMigrations } from '../../plugins/arena-backend/src/database/applyMigrations';
import { configureDatabase } from '../../plugins/arena-backend/src/database/configureDatabase';
import { transact } from '../../plugins/arena-backend/src/database/transact';
import {
  finishedItem,
  FinishedItem,
} from '../../plugins/arena-backend/src/queue/finishedItem';
import { insertItems } from '../../plugins/arena-backend/src/queue/insertItems';
import { createRunServices } from '../../plugins/arena-backend/src/runs/createRunServices';
import { PlannedRuns } from '../../plugins/arena-backend/src/runs/PlannedRun';
import { DatabaseSnapshotStore } from '../../plugins/arena-backend/src/snapshots/DatabaseSnapshotStore';
import { systemClock } from '../../plugins/arena-backend/src/time/Clock';
import { noRedactor } from '../../plugins/arena-backend/src/transcripts/createRedactor';
import { benchRun } from '../controlPlane/benchRun';
import { rowsOf, RUN_ID } from './rowsOf';

const BATCH = 500;

const silent: LoggerService = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  child: () => silent,
};

async function start(
  folder: string,
  items: number,
  formats: string[],
  outputDirectory: string,
): Promise<{ url: string; token: string }> {
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: join(folder, 'portal.sqlite') },
    useNullAsDefault: true,
  });
  await configureDatabase(knex);
  await applyMigrations(knex);
  const { runs, workerRouter } = createRunServices({
    knex,
    clock: systemClock,
    logger: silent,
    snapshots: new DatabaseSnapshotStore({ knex, clock: systemClock }),
    config: readArenaConfig(new ConfigReader({})),
  });
  const planned = benchRun(RUN_ID, items);
  await runs.create({
    ...planned,
    outputDirectory,
    pins: { ...planned.pins, outputFormats: formats },
  });
  const run = await new PlannedRuns(knex).get(RUN_ID);
  let batch: FinishedItem[] = [];
  const insert = async () => {
    const rows = batch;
    batch = [];
    await transact(knex, tx =>
      insertItems(tx, { runSeq: run.seq, items: rows }),
    );
  };
  for await (const row of rowsOf(items)) {
    const now = Date.now();
    batch.push(finishedItem(run, row, { now, redact: noRedactor }));
    if (batch.length === BATCH) await insert();
  }
  await insert();
  await runs.close(RUN_ID, { outcome: 'Completed', finalize: true });
  const server = express().use(workerRouter).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token: await runs.issueToken(RUN_ID),
  };
}

const [folder, items, formats, output] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
start(folder, Number(items), formats.split(','), output).then(
  place => process.send!({ bench: place }),
  error => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  },
);
