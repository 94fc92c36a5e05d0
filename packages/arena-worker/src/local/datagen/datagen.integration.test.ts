import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runArena } from '../../__testUtils__/spawnArena';

const EXAMPLES = resolve(__dirname, '../../../../../examples');

jest.setTimeout(60_000);

describe('arena run of a job that generates data', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-datagen-test-'));
    cpSync(join(EXAMPLES, 'bundles'), join(folder, 'bundles'), {
      recursive: true,
    });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const arena = (...args: string[]) => runArena(args, { cwd: folder });

  function job(name: string, dataGen: object): string {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      JSON.stringify({
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name },
        spec: { sourceRef: { name }, type: 'datagen', dataGen },
      }),
    );
    return file;
  }

  const run = (name: string, bundle: string, dataGen: object) =>
    arena(
      ...['run', '-f', job(name, dataGen), '-c', `bundles/${bundle}`],
      ...['-o', name],
    );
  const read = (...path: string[]) =>
    readFileSync(join(folder, ...path), 'utf8');
  const lines = (...path: string[]) =>
    read(...path)
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));

  it('writes exactly as many rows, where they come from, and what they consist of', async () => {
    const exit = await run('tickets', 'support-tickets', {
      count: 40,
      quotas: [{ field: 'category', value: 'billing', count: 20 }],
    });
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expect(exit.stdout).toMatch(/quota of category billing: 20 of 20/);
    const rows = lines('tickets', 'data.jsonl');
    expect(rows).toHaveLength(40);
    expect(rows.filter(({ category }) => category === 'billing')).toHaveLength(
      20,
    );
    expect(new Set(rows.map(row => JSON.stringify(row))).size).toBe(40);
    const provenance = lines('tickets', 'provenance.jsonl');
    expect(provenance.map(({ number }) => number)).toEqual(
      Array.from({ length: 40 }, (_, number) => number),
    );
    expect(provenance[0]).toMatchObject({
      provider: 'writer',
      region: 'default',
    });
    const coverage = JSON.parse(read('tickets', 'coverage.json'));
    expect(coverage).toMatchObject({
      rows: 40,
      endedBy: 'count',
      fields: { category: { values: { billing: 20 } } },
    });
    expect(coverage.length.max).toBeLessThan(400);

    // The same seed brings the same rows, however many attempts run at a time.
    const again = await arena(
      ...['run', '-f', 'tickets.yaml', '-c', 'bundles/support-tickets'],
      ...['-o', 'again', '-j', '3'],
    );
    expect(again.code).toBe(0);
    expect(read('again', 'data.jsonl')).toBe(read('tickets', 'data.jsonl'));
  });

  it('makes rows of dialogues with simulated users', async () => {
    const exit = await run('dialogues', 'support-dialogues', {
      count: 6,
      format: 'json',
      quotas: [{ persona: 'calm', count: 4 }],
    });
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    const rows = JSON.parse(read('dialogues', 'data.json'));
    expect(rows).toHaveLength(6);
    expect(rows[0].messages[0]).toMatchObject({ role: 'user' });
    expect(rows[0].messages[1]).toMatchObject({ role: 'assistant' });
    const personas = lines('dialogues', 'provenance.jsonl').map(
      ({ persona }) => persona,
    );
    expect(personas.filter(persona => persona === 'calm')).toHaveLength(4);
  });

  it('writes a table that no spreadsheet takes for a formula', async () => {
    const exit = await run('table', 'order-table', {
      count: 30,
      format: 'csv',
    });
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    const rows = read('table', 'data.csv').split('\r\n');
    expect(rows[0]).toBe('order,country,item,quantity,unit_price,paid,note');
    expect(rows).toHaveLength(32);
    expect(rows.join()).toMatch(/,'=gift/);
    expect(rows.join()).not.toMatch(/,=gift/);
    expect(exit.stdout).toMatch(/rejected, schema: \d/);
    expect(existsSync(join(folder, 'table', 'data.csv.rows'))).toBe(false);
  });

  it('ends with status 1 and a reason when there are too few rows', async () => {
    const bundle = join(folder, 'bundles/order-table/mock-responses.yaml');
    const answers = read('bundles/order-table/mock-responses.yaml');
    writeFileSync(
      bundle,
      answers.replace('{ from: 100000, to: 999999 }', '[123456]'),
    );
    const dull = await run('dull', 'order-table', {
      count: 100,
      nearDuplicateThreshold: 0.3,
      maxAttempts: 120,
    });
    writeFileSync(bundle, answers);
    expect(dull.code).toBe(1);
    expect(dull.stdout).toMatch(
      /InsufficientYield: more than 120 attempts are not allowed/,
    );
    expect(lines('dull', 'data.jsonl').length).toBeLessThan(100);
  });

  it('never spends more than the budget', async () => {
    const exit = await run('cheap', 'support-tickets', {
      count: 100,
      budgetLimit: '0.02',
    });
    expect(exit.code).toBe(1);
    expect(exit.stdout).toMatch(/InsufficientYield: the budget was used up/);
    const { cost, rows } = JSON.parse(read('cheap', 'coverage.json'));
    expect(rows).toBeGreaterThan(3);
    expect(cost).toBeLessThanOrEqual(0.02);
  });

  it('refuses what has no effect', async () => {
    job('refused', { count: 1 });
    const exit = await arena(
      ...['run', '-f', 'refused.yaml', '-c', 'bundles/order-table'],
      ...['--trials', '2'],
    );
    expect(exit).toMatchObject({
      code: 1,
      stderr:
        "error: --trials: '2' has no effect on data generation, leave it out: spec.dataGen.count says how many rows there are to be\n",
    });
  });

  it('refuses a schema of rows that is none', async () => {
    const file = join(
      folder,
      'bundles/order-table/scenarios/order.scenario.yaml',
    );
    const scenario = readFileSync(file, 'utf8');
    writeFileSync(file, `${scenario}  row_schema: { type: nonsense }\n`);
    const exit = await run('broken', 'order-table', { count: 1 });
    writeFileSync(file, scenario);
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(
      /row_schema of scenario "order" is no JSON schema: /,
    );
  });

  it('makes scenarios of rows, which a bundle can run', async () => {
    expect(await run('few', 'support-tickets', { count: 3 })).toMatchObject({
      code: 0,
    });
    const exit = await arena(
      ...['rows', 'to-scenarios', '-i', 'few', '--task-type', 'ticket'],
      ...['--text', '{{subject}}: {{body}}', '--label', 'category'],
      ...['--output', 'made', '--limit', '2'],
    );
    expect(exit).toMatchObject({
      code: 0,
      stdout: 'made/row-1.scenario.yaml\nmade/row-2.scenario.yaml\n',
    });
    expect(await arena('validate', 'made')).toMatchObject({ code: 0 });
    const nothing = await arena(
      ...['rows', 'to-scenarios', '-i', 'few', '--task-type', 'ticket'],
    );
    expect(nothing).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /row-1: the user would say nothing.*category, priority, subject/,
      ),
    });
  });
});
