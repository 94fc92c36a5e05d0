import {
  DatasetReject,
  DatasetRow,
  DatasetState,
  RejectReason,
} from '@backstage-arena/plugin-arena-common';
import { DatasetCoverage } from '@backstage-arena/plugin-arena-common/datagen';
import {
  buildRun,
  FakeArenaApi,
  FakeDataset,
  job,
  noise,
} from '../src/__testUtils__';

const COUNT = 500;
const CATEGORIES = ['billing', 'delivery', 'account', 'returns'];
const SUBJECTS = [
  'Charged twice for one order',
  'Parcel has not moved for a week',
  'Cannot reset my password',
  'The jacket is a size too small',
];
const REASONS: Array<[RejectReason, string]> = [
  ['duplicate', 'The row says the same as row 12'],
  ['schema', '/priority: must be one of low, normal, high'],
  ['invalidJson', 'The reply is no JSON object: Unexpected token S at 0'],
  ['nearDuplicate', 'The row says nearly the same as row 40 (0.87)'],
];

function rowOf(number: number): DatasetRow {
  const kind = number % CATEGORIES.length;
  return {
    number,
    row: {
      subject: `${SUBJECTS[kind]} (${number + 1})`,
      category: CATEGORIES[kind],
      priority: ['low', 'normal', 'high'][number % 3],
      body: `Hello,\nthis is the ${number + 1}. time that I write. ${
        SUBJECTS[kind]
      }, and nobody has answered so far. Please help me as soon as you can.`,
      tags: ['synthetic', CATEGORIES[kind]],
    },
    scenario: 'support-ticket',
    provider: number % 2 === 0 ? 'gpt-4o' : 'claude-sonnet',
    region: 'default',
    variant: 0,
    attempt: Math.floor(number * 1.4),
    seed: 1_000_003 * (number + 1),
    acceptedAt: new Date(Date.now() - (COUNT - number) * 1_000).toISOString(),
  };
}

function rejectOf(n: number): DatasetReject {
  const [reason, message] = REASONS[Math.floor(noise(n) * 3.4)];
  return {
    reason,
    message,
    text:
      reason === 'invalidJson'
        ? 'Sure! Here is a ticket about a late parcel…'
        : JSON.stringify(rowOf(n).row),
    duplicateOf: reason === 'duplicate' ? 11 : undefined,
    scenario: 'support-ticket',
    provider: n % 2 === 0 ? 'gpt-4o' : 'claude-sonnet',
    region: 'default',
    variant: 0,
    attempt: n * 3,
    seed: 7_919 * (n + 1),
    rejectedAt: new Date(Date.now() - n * 4_000).toISOString(),
  };
}

function stateOf(rows: number, startedAt: number): DatasetState {
  const rejects: DatasetState['rejects'] = {
    duplicate: Math.round(rows * 0.22),
    schema: Math.round(rows * 0.09),
    invalidJson: Math.round(rows * 0.04),
    nearDuplicate: Math.round(rows * 0.03),
  };
  const surplus = rows >= COUNT ? 6 : 0;
  const attempts =
    rows + surplus + Object.values(rejects).reduce((sum, n) => sum + n, 0);
  const points = 80;
  return {
    phase: rows >= COUNT ? 'over' : 'running',
    rows,
    attempts,
    surplus,
    unfinished: 0,
    rejects,
    history: Array.from({ length: points + 1 }, (_, n) => {
      const share = n / points;
      return {
        at: startedAt + share * rows * 1_000,
        rows: Math.round(rows * share),
        attempts: Math.round(attempts * (0.85 * share + 0.15 * share * share)),
      };
    }),
    count: COUNT,
    maxAttempts: 10 * COUNT,
    format: 'jsonl',
    seed: 7,
    nearDuplicateThreshold: 0.85,
    quotas: CATEGORIES.slice(0, 3).map((value, n) => ({
      field: 'category',
      value,
      count: [150, 125, 100][n],
      rows: Math.min([150, 125, 100][n], Math.round(rows / 4)),
    })),
    barren: 2,
    endedBy: rows >= COUNT ? 'count' : undefined,
    cost: rows * 0.0021,
    budget: { limit: 1.2, currency: 'USD' },
  };
}

function coverageOf(dataset: FakeDataset): string {
  const coverage = new DatasetCoverage();
  dataset.rows.forEach(row => coverage.add(row));
  return JSON.stringify(coverage.report(dataset.state));
}

/** Data generation that is over, and one that runs. */
export function addDatasets(api: FakeArenaApi): void {
  for (const [name, rows] of [
    ['support-tickets', COUNT],
    ['support-tickets-live', 210],
  ] as const) {
    const fake = buildRun({
      id: `data-${name}`,
      jobName: name,
      scenarios: ['support-ticket'],
      providers: [{ id: 'gpt-4o' }, { id: 'claude-sonnet' }],
      verdict: () => undefined,
    });
    const startedAt = Date.now() - rows * 1_000;
    const isOver = rows >= COUNT;
    const state = stateOf(rows, startedAt);
    const dataset = {
      state,
      rows: Array.from({ length: rows }, (_, number) => rowOf(number)),
      rejects: Array.from({ length: 120 }, (_, n) => rejectOf(n)),
    };
    const { quotas, count, maxAttempts, format, seed } = state;
    const run = {
      ...fake.run,
      pins: {
        ...fake.run.pins,
        type: 'datagen' as const,
        dataset: {
          count,
          maxAttempts,
          format,
          seed,
          budgetCurrency: 'USD',
          quotas: quotas.map(({ rows: __, ...quota }) => quota),
        },
      },
      counters: {
        ...fake.run.counters,
        total: COUNT,
        passed: rows,
        pending: COUNT - rows,
      },
      state: isOver ? ('Closed' as const) : ('Running' as const),
      outcome: isOver ? ('Completed' as const) : undefined,
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: isOver ? new Date().toISOString() : undefined,
      reports: isOver
        ? ['data.jsonl', 'provenance.jsonl', 'coverage.json'].map(file => ({
            name: file,
            contentType: 'application/json',
            size: 48_213,
            digest: `sha256:${'ab'.repeat(32)}`,
          }))
        : [],
    };
    const files = isOver ? { 'coverage.json': coverageOf(dataset) } : undefined;
    const known = { ...fake, run, dataset, files };
    api.runs.push(known);
    api.objects.push(
      job(name, {
        type: 'datagen',
        phase: isOver ? 'Succeeded' : 'Running',
        passed: rows,
        pending: COUNT - rows,
        created: run.startedAt,
        status: { run: { id: run.id, attempt: 1 } },
      }),
    );
    if (isOver) continue;
    // A row each second.
    setInterval(() => {
      const next = dataset.rows.length;
      if (next >= COUNT) return;
      dataset.rows.push(rowOf(next));
      dataset.state = stateOf(next + 1, startedAt);
      api.emit({ type: 'run', run });
    }, 1_000);
  }
}
