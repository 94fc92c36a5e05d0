import { Knex } from 'knex';
import { isPostgres } from '../configureDatabase';

/** A statement that was sent to the database. */
interface Statement {
  sql: string;
  bindings: readonly unknown[];
}

/** A table that a statement goes through from one end to the other. */
export interface FullScan {
  table: string;
  /** As the database says it. */
  step: string;
  sql: string;
}

/** Ways in which PostgreSQL reads and joins tables as a whole. */
const SETTINGS = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanNode[];
}

/** Does something, and asks the database for the plan of each statement that was sent meanwhile: which tables are gone through whole? */
export async function fullScansOf(
  knex: Knex,
  work: () => Promise<unknown>,
): Promise<FullScan[]> {
  const statements = await statementsOf(knex, work);
  if (statements.length === 0) throw new Error('No statement was sent');
  const scans: FullScan[] = [];
  for (const statement of statements) {
    const found = isPostgres(knex)
      ? await explainOnPostgres(knex, statement)
      : await explainOnSqlite(knex, statement);
    scans.push(...found.map(scan => ({ ...scan, sql: statement.sql })));
  }
  return scans;
}

async function statementsOf(
  knex: Knex,
  work: () => Promise<unknown>,
): Promise<Statement[]> {
  const statements = new Map<string, Statement>();
  const note = ({ sql, bindings = [] }: Statement) => {
    const isPlanned = /^\s*(select|insert|update|delete|with)\b/i.test(sql);
    // The first one of its kind says enough.
    if (isPlanned && !statements.has(sql))
      statements.set(sql, { sql, bindings });
  };
  knex.on('query', note);
  try {
    await work();
  } finally {
    knex.removeListener('query', note);
  }
  return [...statements.values()];
}

type Scan = Omit<FullScan, 'sql'>;

async function explainOnSqlite(
  knex: Knex,
  { sql, bindings }: Statement,
): Promise<Scan[]> {
  const steps: Array<{ detail: string }> = await withConnection(
    knex,
    async connection =>
      connection
        .prepare(`explain query plan ${sql}`)
        .all(...bindings.map(toSqlite)),
  );
  const names = aliasesIn(sql);
  return steps.flatMap(({ detail }) => {
    // An automatic index is made of the whole table, for this statement alone.
    const [, name] =
      /^SCAN (\w+)/.exec(detail) ??
      /^SEARCH (\w+) .*AUTOMATIC/.exec(detail) ??
      [];
    return name ? [{ table: names.get(name) ?? name, step: detail }] : [];
  });
}

/** As knex has it: the driver knows no truth values. */
function toSqlite(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

async function explainOnPostgres(
  knex: Knex,
  { sql, bindings }: Statement,
): Promise<Scan[]> {
  const { rows } = await withConnection(knex, async connection => {
    // Of few rows it would take all, though an index is there: so it does only where it must.
    for (const setting of SETTINGS) {
      await connection.query(`set ${setting} = off`);
    }
    try {
      return await connection.query(`explain (format json) ${sql}`, bindings);
    } finally {
      for (const setting of SETTINGS) {
        await connection.query(`reset ${setting}`);
      }
    }
  });
  const [{ Plan: plan }]: Array<{ Plan: PlanNode }> = rows[0]['QUERY PLAN'];
  return scansIn(plan);
}

function scansIn(node: PlanNode): Scan[] {
  const type = node['Node Type'];
  const table = node['Relation Name'];
  const isWhole =
    type === 'Seq Scan' ||
    (/^Index (Only )?Scan$/.test(type) && node['Index Cond'] === undefined);
  const own =
    table !== undefined && isWhole
      ? [{ table, step: [type, node['Index Name']].filter(Boolean).join(' ') }]
      : [];
  return [...own, ...(node.Plans ?? []).flatMap(scansIn)];
}

/** Tables by the names that a statement gives them. */
function aliasesIn(sql: string): Map<string, string> {
  return new Map(
    [...sql.matchAll(/[`"](\w+)[`"] as [`"](\w+)[`"]/g)].map(
      ([, table, alias]) => [alias, table],
    ),
  );
}

/** The driver's own, as statements are sent with their values. */
async function withConnection<T>(
  knex: Knex,
  work: (connection: any) => Promise<T>,
): Promise<T> {
  const connection = await knex.client.acquireConnection();
  try {
    return await work(connection);
  } finally {
    await knex.client.releaseConnection(connection);
  }
}
