import { parseArgs } from 'node:util';

export const DATABASES = ['sqlite', 'postgres'] as const;
export type Database = (typeof DATABASES)[number];

export interface BenchOptions {
  databases: Database[];
  workers: number[];
  items: number;
  /** Items of the run whose creation is timed. */
  largeItems: number;
  /** Live streams that are read meanwhile. */
  viewers: number;
  /** ArenaJobs in the store beside it. */
  jobs: number;
  /** File for the results as JSON. */
  out?: string;
  /** Ends with status 1 when a target is missed. */
  check: boolean;
}

const DEFAULTS = { workers: '1,20', items: '100000', viewers: '1', jobs: '0' };
/** What the design promises of one backend. */
const SCALE = {
  workers: '100',
  items: '1000000',
  viewers: '50',
  jobs: '10000',
};

const HELP = `Measures the control plane alone: workers that do nothing lease, report and are counted over HTTP.

  --database sqlite|postgres|all   default all
  --workers N[,N]                  default 1,20
  --items N                        default 100000
  --large-items N                  items of the run whose first lease is timed, default 1000000
  --viewers N                      live streams of the run and of the jobs that are read meanwhile, default 1
  --jobs N                         ArenaJobs in the store beside it, default 0
  --scale                          other defaults: 1000000 items, 100 workers, 50 viewers, 10000 jobs
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
      workers: { type: 'string' },
      items: { type: 'string' },
      viewers: { type: 'string' },
      jobs: { type: 'string' },
      scale: { type: 'boolean', default: false },
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
  const defaults = values.scale ? SCALE : DEFAULTS;
  const { workers, items, viewers, jobs } = { ...defaults, ...values };
  return {
    databases: readDatabases(values.database),
    workers: workers.split(',').map(text => readCount('--workers', text)),
    items: readCount('--items', items),
    largeItems: readCount('--large-items', values['large-items']),
    viewers: readCount('--viewers', viewers),
    jobs: readCount('--jobs', jobs, 0),
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

function readCount(flag: string, text: string, min = 1): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < min) {
    throw new Error(`${flag}: '${text}' is not a whole number from ${min} on`);
  }
  return count;
}
