import { startPostgres } from '../../../scripts/lib/postgres.mjs';
import { prepare } from '../../../scripts/lib/prepare.mjs';

/** What all seeds share: a prepared checkout and, when it is needed, a PostgreSQL of our own, which may be broken. */
export async function openBench({ withPostgres }) {
  const prepared = await prepare();
  const postgres = withPostgres ? await startPostgres(prepared) : undefined;
  return { prepared, postgres, close: async () => postgres?.stop() };
}
