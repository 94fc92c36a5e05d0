import { Knex } from 'knex';

/** What is used of a prepared statement of better-sqlite3. */
export interface SqliteStatement {
  run(...parameters: unknown[]): unknown;
}

interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
}

const prepared = new WeakMap<SqliteConnection, Map<string, SqliteStatement>>();

/**
 * A statement prepared on the connection of a transaction, kept for the next time.
 *
 * Knex compiles and prepares each statement anew, which costs several times the insertion of a row.
 */
export async function sqliteStatement(
  tx: Knex.Transaction,
  sql: string,
): Promise<SqliteStatement> {
  const connection: SqliteConnection = await tx.client.acquireConnection();
  let statements = prepared.get(connection);
  if (!statements) {
    statements = new Map();
    prepared.set(connection, statements);
  }
  let statement = statements.get(sql);
  if (!statement) {
    statement = connection.prepare(sql);
    statements.set(sql, statement);
  }
  return statement;
}
