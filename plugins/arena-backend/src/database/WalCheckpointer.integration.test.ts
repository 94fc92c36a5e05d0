import { mockLogger } from '../__testUtils__/mockLogger';
import Knex from 'knex';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configureDatabase } from './configureDatabase';
import { transact } from './transact';
import { WalCheckpointer } from './WalCheckpointer';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;

describe('WalCheckpointer', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arena-wal-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  function open() {
    return Knex({
      client: 'better-sqlite3',
      connection: { filename: join(folder, 'test.db') },
      useNullAsDefault: true,
    });
  }

  it('keeps the log short under a writer that never rests, and loses nothing', async () => {
    const logger = mockLogger();
    const knex = open();
    await configureDatabase(knex);
    const checkpointer = new WalCheckpointer({ knex, logger });
    await checkpointer.start();
    await knex.schema.createTable('rows', table => {
      table.integer('id').primary();
      table.binary('content');
    });
    const content = Buffer.alloc(MIB, 7);
    for (let id = 0; id < 300; id += 1) {
      await transact(knex, async tx => {
        await tx('rows').insert({ id, content });
      });
      // A backend does other things as well between two reports.
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    const log = await stat(join(folder, 'test.db-wal'));
    // 300 MiB were written; without the thread all of it would be in the log, up to the 250 MiB of the fallback.
    expect(log.size).toBeLessThan(200 * MIB);
    await checkpointer.stop();
    await knex.destroy();
    expect(logger.warn).not.toHaveBeenCalled();

    const again = open();
    expect(await again('rows').count({ count: '*' })).toEqual([{ count: 300 }]);
    expect(await again.raw('PRAGMA integrity_check')).toEqual([
      { integrity_check: 'ok' },
    ]);
    await again.destroy();
  });

  it('leaves it to commits when the thread dies', async () => {
    const logger = mockLogger();
    const knex = open();
    await configureDatabase(knex);
    const checkpointer = new WalCheckpointer({
      knex,
      logger,
      driver: join(folder, 'no-driver.js'),
    });
    await checkpointer.start();
    const limit = async () => {
      const [row] = await knex.raw('PRAGMA wal_autocheckpoint');
      return row.wal_autocheckpoint;
    };
    for (let round = 0; (await limit()) !== 1_000 && round < 100; round += 1) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect(await limit()).toBe(1_000);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('no-driver'),
    );
    await checkpointer.stop();
    await knex.destroy();
  });
});
