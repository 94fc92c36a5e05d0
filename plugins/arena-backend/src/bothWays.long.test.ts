import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { finished, startPortal, TestPortal } from './__testUtils__/startPortal';

jest.setTimeout(600_000);

const PACKAGES = resolve(__dirname, '../../../packages');
const BUNDLES = join(PACKAGES, 'arena-engine/src/conformance/bundles');
const ARENA = join(PACKAGES, 'arena-worker/bin/arena');

/** One bundle of each area. Those that need flags of the command line are none that a job can run. */
const AREAS = [
  'agents',
  'checks',
  'compositions',
  'context-window',
  'guardrails',
  'judges',
  'memory',
  'pack-evals',
  'providers',
  'saved-conversations',
  'self-play',
  'skills',
  'templates',
  'tools',
  'trials',
  'workflow',
];
/** Jobs and commands at a time: each is a process or two. */
const PARALLEL = 3;

interface Row {
  scenario: string;
  provider: string;
  variant: number;
  trial: number;
  status: string;
}

interface Outcome {
  succeeded: boolean;
  /** Status by cell; of several trials and variants that of each. */
  items: Record<string, string>;
}

interface Expected {
  exit: number;
  items: Array<{
    scenario: string;
    provider: string;
    passed: boolean;
    errored: boolean;
  }>;
}

function outcome(succeeded: boolean, rows: Row[]): Outcome {
  const items = rows.map(({ scenario, provider, variant, trial, status }) => [
    `${scenario} on ${provider}, variant ${variant}, trial ${trial}`,
    status,
  ]);
  return { succeeded, items: Object.fromEntries(items) };
}

/** What the corpus says of the first item of each cell. */
function expectedOutcome(area: string): Outcome {
  const file = join(BUNDLES, area, 'expected.json');
  const { exit, items }: Expected = JSON.parse(readFileSync(file, 'utf8'));
  return outcome(
    exit === 0,
    items.map(({ passed, errored, ...cell }) => {
      const failure = errored ? 'errored' : 'failed';
      const status = passed ? 'passed' : failure;
      return { ...cell, variant: 0, trial: 0, status };
    }),
  );
}

function firstItems({ succeeded, items }: Outcome): Outcome {
  const first = Object.entries(items).filter(([key]) =>
    key.endsWith(', variant 0, trial 0'),
  );
  return { succeeded, items: Object.fromEntries(first) };
}

async function runCommand(area: string, folder: string): Promise<Outcome> {
  const out = join(folder, 'out', area);
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(
    process.execPath,
    // One at a time, as memories are shared between the items of a run.
    [ARENA, 'run', '--ci', '-j', '1', '-o', out, '--formats', 'json'],
    {
      cwd: join(BUNDLES, area),
      env: { PATH, HOME, TMPDIR },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  child.stderr.on('data', chunk => {
    log += chunk;
  });
  const [code] = await once(child, 'close');
  const results = join(out, 'results.json');
  if (!existsSync(results)) throw new Error(`${area}: ${log}`);
  const { items } = JSON.parse(readFileSync(results, 'utf8'));
  return outcome(code === 0, items);
}

async function runJob(area: string, portal: TestPortal): Promise<Outcome> {
  const { call, objects } = portal;
  const metadata = { name: area, namespace: 'default' };
  const apiVersion = 'omnia.altairalabs.ai/v1alpha1';
  await call('POST', `${objects}/arenasources`, {
    apiVersion,
    kind: 'ArenaSource',
    metadata,
    spec: { type: 'workspace', workspace: { path: area }, interval: '1h' },
  });
  await call('POST', `${objects}/arenajobs`, {
    apiVersion,
    kind: 'ArenaJob',
    metadata,
    spec: { sourceRef: { name: area }, type: 'evaluation', compat: true },
  });
  const job = await portal.waitFor('arenajobs', area, finished, 300_000);
  const { items } = await call(
    'GET',
    `${portal.base}/runs/${job.status.run.id}/items?limit=200`,
  );
  return outcome(job.status.phase === 'Succeeded', items);
}

/** Does some work for all areas, a few at a time. */
async function forAll<T>(
  work: (area: string) => Promise<T>,
): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  const open = [...AREAS];
  const one = async () => {
    for (let area = open.shift(); area; area = open.shift()) {
      results.set(area, await work(area));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, one));
  return results;
}

describe('a bundle of each area, as a compatible job and on the command line', () => {
  let folder: string;
  let portal: TestPortal;
  let byJob: Map<string, Outcome>;
  let byCommand: Map<string, Outcome>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-both-ways-'));
    portal = await startPortal(folder, { workspaceRoot: BUNDLES });
    byJob = await forAll(area => runJob(area, portal));
    byCommand = await forAll(area => runCommand(area, folder));
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(AREAS)('%s: the same verdicts both ways', area => {
    const job = byJob.get(area);
    expect(job).toEqual(byCommand.get(area));
    expect(job && firstItems(job)).toEqual(expectedOutcome(area));
  });
});
