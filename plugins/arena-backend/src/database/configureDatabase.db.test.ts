import { Knex } from 'knex';
import { DatabaseId, databases } from '../__testUtils__/databases';
import {
  connectAgain,
  eachDatabase,
} from '../store/__testUtils__/storeTestBed';
import { applyMigrations } from './applyMigrations';
import { configureDatabase } from './configureDatabase';

jest.setTimeout(60_000);

const STANDSTILL_MS = 300;

/** SQLite has one writer: who stops in the middle of a transaction there is the whole backend. */
describe.each(eachDatabase())('A replica that stands still on %s', id => {
  async function open(): Promise<Knex | undefined> {
    if (!id.startsWith('POSTGRES')) return undefined;
    const knex = await databases.init(id as DatabaseId);
    await configureDatabase(knex, { standstillMs: STANDSTILL_MS });
    return knex;
  }

  it('keeps nobody from what it has locked', async () => {
    const knex = await open();
    if (!knex) return;
    await knex.schema.createTable('counts', table => {
      table.integer('value');
    });
    await knex('counts').insert({ value: 0 });

    const stopped = knex.transaction(async tx => {
      await tx('counts').update({ value: 1 });
      // Everybody else would wait for the end of this transaction.
      await knex('counts').update({ value: 2 });
      await tx('counts').update({ value: 3 });
    });
    await expect(stopped).rejects.toThrow();
    expect(await knex('counts')).toEqual([{ value: 2 }]);
  });

  it('may do so while it waits for migrations', async () => {
    const knex = await open();
    if (!knex) return;
    await applyMigrations(knex);
    const other = await connectAgain(knex);
    let busy: Promise<unknown> | undefined;
    await new Promise<void>((resolve, reject) => {
      busy = other.transaction(async tx => {
        await tx.raw('lock table knex_migrations in access exclusive mode');
        resolve();
        await tx.raw('select pg_sleep(?)', [(4 * STANDSTILL_MS) / 1_000]);
      });
      busy.catch(reject);
    });
    await expect(applyMigrations(knex)).resolves.toBeUndefined();
    await busy;
  });
});
