// What users would take instead, on the same server in the same run: `npm run -s bench:comparison`.
import { availableParallelism, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { packPackages } from '../engine/packages';
import { startServer } from '../engine/processes';
import { formatTable } from '../formatTable';
import { measureEvaluation } from './evaluation';
import { Comparison } from './Line';
import { measureLoad } from './load';
import { Skipped } from './Skipped';

const HELP = `Compares evaluations with promptfoo, and load tests with autocannon, vegeta and k6, against the same model server in the same run. The tools are
installed the first time, in the user's cache; those that cannot be had here are skipped by name.

  --only evaluation|load   one of the two
  --items N                of the evaluation, a multiple of 100 (test cases), default 10000
  --in-flight N            items at a time of promptfoo and of arena run, default 50
  --workers N              of the portal job, default 2
  --job-concurrency N      items of such a worker that are started and not yet stored, default 50
  --connections N          of the load, default 50
  --seconds N              of each load, default 10
  --rate N                 requests per second of the paced load, default 1000
  --repeat N               default 3
  --check                  exit status 1 when a target is missed, or a tool was skipped
`;

const SCENARIOS = 100;

function readArguments() {
  return parseArgs({
    args: process.argv.slice(2).filter(arg => arg !== '--'),
    options: {
      only: { type: 'string' },
      items: { type: 'string', default: '10000' },
      'in-flight': { type: 'string', default: '50' },
      workers: { type: 'string', default: '2' },
      'job-concurrency': { type: 'string', default: '50' },
      connections: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '10' },
      rate: { type: 'string', default: '1000' },
      repeat: { type: 'string', default: '3' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function readCount(flag: string, text: string, of = 1): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < of || count % of !== 0) {
    const allowed =
      of === 1 ? 'a whole number from 1 on' : `a multiple of ${of}`;
    throw new Error(`--${flag}: '${text}' is not ${allowed}`);
  }
  return count;
}

async function main(): Promise<number> {
  const values = readArguments();
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { only } = values;
  if (only !== undefined && only !== 'evaluation' && only !== 'load') {
    throw new Error(
      `--only: '${only}' is not known: allowed are evaluation, load`,
    );
  }
  const count = (
    flag: Exclude<keyof typeof values, 'only' | 'check' | 'help'>,
  ) => readCount(flag, values[flag]);
  const repeat = count('repeat');
  const evaluation = {
    scenarios: SCENARIOS,
    providers: readCount('items', values.items, SCENARIOS) / SCENARIOS,
    inFlight: count('in-flight'),
    workers: count('workers'),
    jobConcurrency: count('job-concurrency'),
    repeat,
  };
  const load = {
    connections: count('connections'),
    seconds: count('seconds'),
    rate: count('rate'),
    repeat,
  };
  await packPackages();
  const skipped: Skipped[] = [];
  const comparisons: Comparison[] = [];
  const server = await startServer();
  const { url } = server;
  try {
    if (only !== 'load') {
      comparisons.push(
        await measureEvaluation({ ...evaluation, url }, skipped),
      );
    }
    if (only !== 'evaluation') {
      comparisons.push(...(await measureLoad({ ...load, url }, skipped)));
    }
  } finally {
    server.stop();
  }
  return print(comparisons, skipped, values.check);
}

function print(
  comparisons: readonly Comparison[],
  skipped: readonly Skipped[],
  isChecked: boolean,
): number {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(
    `\n${availableParallelism()} cores, ${Math.round(
      totalmem() / 1_024 ** 3,
    )} GiB, Node.js ${process.versions.node}`,
  );
  for (const { table } of comparisons) say(`\n${formatTable(table)}`);
  say('');
  const lines = comparisons.flatMap(each => each.lines);
  for (const { name, value, target, met } of lines) {
    say(`${met ? 'met   ' : 'MISSED'} ${name}: ${value} (${target})`);
  }
  for (const { name, reason } of skipped) {
    say(`skipped ${name}: ${reason.split('\n')[0]}`);
  }
  const isWhole = skipped.length === 0 && lines.every(({ met }) => met);
  return isChecked && !isWhole ? 1 : 0;
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
