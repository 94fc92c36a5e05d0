import { TestDatabaseId, TestDatabases } from '@backstage/backend-test-utils';

/**
 * The databases that tests named `*.db.test.ts` run on: SQLite by default, others by name in ARENA_TEST_DATABASES
 * (for example `POSTGRES_18`, whose address is in BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING).
 */
export const databases = TestDatabases.create({
  ids: (process.env.ARENA_TEST_DATABASES ?? 'SQLITE_3').split(
    ',',
  ) as TestDatabaseId[],
});
