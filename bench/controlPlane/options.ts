import { parseArgs } from 'node:util';

export const DATABASES = ['sqlite', 'postgres'] as const;
export type Database = (typeof DATABASES)[number];

export interface BenchOptions {
  databases: Database[];
  workers: number[];
  items: number;
  /** Items of the run whose creation is timed. */
  largeItems: number;
  /** File for the results as JSON. */
  out?: string;
  /** Ends with status 1 when a target is missed. */
  check: boolean;
}

const HELP = `Measures the control plane alone: workers that do nothing lease, report and are counted over HTTP.

  --database sqlite|postgres|all   default all
  --workers N[,N]                  default 1,20
  --items N                        default 100000
  --large-items N                  items of the run whose first lease is timed, default 1000000
  --out FILE                       also writes the results as JSON
  --check                          exit status 1 when a target is missed

PostgreSQL: its address is in ARENA_BENCH_POSTGRES or BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;
a database of its own is created and dropped.`;

export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    // Yarn passes the separator on.
    args: args.filter(arg => arg !== '--'),
    options: {
      database: { type: 'string', default: 'all' },
      workers: { type: 'string', default: '1,20' },
      items: { type: 'string', default: '100000' },
      'large-items': { type: 'string', default: '1000000' },
      out: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  return {
    databases: readDatabases(values.database),
    workers: values.workers
      .split(',')
      .map(text => readCount('--workers', text)),
    items: readCount('--items', values.items),
    largeItems: readCount('--large-items', values['large-items']),
    out: values.out,
    check: values.check,
  };
}

function readDatabases(value: string): Database[] {
  if (value === 'all') return [...DATABASES];
  const found = DATABASES.find(database => database === value);
  if (!found) {
    throw new Error(
      `--database: '${value}' is not allowed; allowed are ${DATABASES.join(
        ', ',
      )}, all`,
    );
  }
  return [found];
}

function readCount(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${flag}: '${text}' is not a whole number from 1 on`);
  }
  return count;
}
