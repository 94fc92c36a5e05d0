import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { runArena, spawnArena } from '../../__testUtils__/spawnArena';

const EXAMPLES = resolve(__dirname, '../../../../../examples');

jest.setTimeout(60_000);

/** Of a dataset in lines of JSON. */
const FILES = ['coverage.json', 'data.jsonl', 'provenance.jsonl'];

/** About at right angles to others. */
function meaning(number: number): number[] {
  return Array.from({ length: 128 }, (_, i) =>
    Math.sin((number + 1) * (i + 1) ** 2),
  );
}

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
      variant: 0,
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
    const { cost, rows, attempts, rejects, surplus, unfinished } = JSON.parse(
      read('cheap', 'coverage.json'),
    );
    expect(rows).toBeGreaterThan(3);
    expect(cost).toBeLessThanOrEqual(0.02);
    const rejected = Object.values<number>(rejects).reduce((a, b) => a + b, 0);
    expect(attempts).toBe(rows + rejected + surplus + unfinished);

    // With the same money it stays where it was.
    const same = await run('cheap', 'support-tickets', {
      count: 100,
      budgetLimit: '0.02',
    });
    expect(same.code).toBe(1);
    const coverage = JSON.parse(read('cheap', 'coverage.json'));
    expect(coverage).toMatchObject({ rows, rejects });
    expect(coverage.cost).toBeCloseTo(cost, 10);
    expect(coverage.attempts - coverage.unfinished).toBe(attempts - unfinished);

    // With more money it goes on, and does not pay for the same rows again.
    const more = await run('cheap', 'support-tickets', {
      count: 100,
      budgetLimit: '1',
    });
    expect(more.code).toBe(0);
    const made = attempts - unfinished;
    expect(more.stdout).toContain(`Going on after ${made} attempts`);
    expect(lines('cheap', 'data.jsonl')).toHaveLength(100);
    expect(readdirSync(join(folder, 'cheap')).sort()).toEqual(FILES);
  });

  it('goes on where it was killed, and brings what it would have brought', async () => {
    const provider = join(
      folder,
      'bundles/support-tickets/providers/writer.provider.yaml',
    );
    const before = readFileSync(provider, 'utf8');
    const dataGen = { count: 150, nearDuplicateThreshold: 0.95 };
    const args = ['-f', job('whole', dataGen), '-c', 'bundles/support-tickets'];
    writeFileSync(provider, `${before}    latency_ms: 20\n`);
    try {
      const whole = await arena('run', ...args, '-o', 'whole');
      expect(whole.code).toBe(0);
      const killed = spawnArena(['run', ...args, '-o', 'killed'], {
        cwd: folder,
      });
      const journal = join(folder, 'killed', '.datagen', 'attempts.jsonl');
      while (
        !existsSync(journal) ||
        readFileSync(journal, 'utf8').split('\n').length < 60
      ) {
        await sleep(10);
      }
      killed.child.kill('SIGKILL');
      await killed.exited;
      expect(existsSync(join(folder, 'killed', 'data.jsonl'))).toBe(false);
      const resumed = await arena('run', ...args, '-o', 'killed');
      expect(resumed).toMatchObject({ code: 0, stderr: '' });
      const [, attempts] =
        /Going on after (\d+) attempts/.exec(resumed.stdout) ?? [];
      expect(Number(attempts)).toBeGreaterThanOrEqual(59);
    } finally {
      writeFileSync(provider, before);
    }
    expect(read('killed', 'data.jsonl')).toBe(read('whole', 'data.jsonl'));
    const coverage = (name: string) => JSON.parse(read(name, 'coverage.json'));
    const { rows, rejects, length, fields } = coverage('whole');
    expect(coverage('killed')).toMatchObject({ rows, rejects, length, fields });
    const runs = lines('killed', 'provenance.jsonl').map(line => line.run);
    expect(new Set(runs).size).toBe(1);
    expect(readdirSync(join(folder, 'killed')).sort()).toEqual(FILES);
  });

  it('forgets no money when it is killed', async () => {
    const CALL = { tokens: 1_000, cost: 1 };
    let calls = 0;
    const server = createServer(async (request, response) => {
      await readJson(request);
      const number = calls;
      calls += 1;
      // The first keeps those after it waiting until it is killed.
      if (number === 0 || number === 7) return;
      const row = {
        category: 'billing',
        priority: 'low',
        subject: `Ticket ${number}`,
        body: `${number} `.repeat(40),
        language: 'en',
      };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          choices: [
            {
              finish_reason: 'stop',
              message: { role: 'assistant', content: JSON.stringify(row) },
            },
          ],
          usage: { prompt_tokens: 0, completion_tokens: CALL.tokens },
        }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const bundle = 'bundles/paid-tickets';
    cpSync(join(EXAMPLES, 'bundles/support-tickets'), join(folder, bundle), {
      recursive: true,
    });
    writeFileSync(
      join(folder, bundle, 'providers/writer.provider.yaml'),
      JSON.stringify({
        apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
        kind: 'Provider',
        metadata: { name: 'writer' },
        spec: {
          type: 'openai',
          model: 'writer',
          base_url: `http://127.0.0.1:${port}/v1`,
          defaults: { max_tokens: CALL.tokens },
          pricing: { input_cost_per_1k: 0, output_cost_per_1k: CALL.cost },
        },
      }),
    );
    const arenaFile = join(folder, bundle, 'config.arena.yaml');
    writeFileSync(
      arenaFile,
      readFileSync(arenaFile, 'utf8').replace(
        'max_tokens: 400',
        `max_tokens: ${CALL.tokens}`,
      ),
    );
    const limit = 20;
    const dataGen = { count: 100, budgetLimit: `${limit}` };
    const args = [
      'run',
      '-f',
      job('paid', dataGen),
      '-c',
      bundle,
      '-o',
      'paid',
    ];
    const options = { cwd: folder, env: { OPENAI_API_KEY: 'key' } };
    try {
      const killed = spawnArena(args, options);
      const journal = join(folder, 'paid', '.datagen', 'attempts.jsonl');
      const over = () =>
        existsSync(journal)
          ? readFileSync(journal, 'utf8').split('"finished"').length - 1
          : 0;
      while (calls < 8 || over() < 6) await sleep(10);
      // Nobody else may write there meanwhile.
      const second = await runArena(args, options);
      expect(second).toMatchObject({ code: 1 });
      expect(second.stderr).toContain(
        `Process ${killed.child.pid} on ${hostname()} generates data into`,
      );
      killed.child.kill('SIGKILL');
      await killed.exited;
      expect(calls).toBe(8);

      const resumed = await runArena(args, options);
      expect(resumed.stdout).toContain('Going on after 6 attempts');
      expect(resumed.stdout).toMatch(/the budget was used up/);
      expect(calls).toBe(limit);
      // Only the two that were under way are lost, and they are paid for.
      expect(JSON.parse(read('paid', 'coverage.json'))).toMatchObject({
        rows: limit - 2,
        cost: limit,
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('tells rows that mean the same by the embeddings of a provider, within the budget', async () => {
    let texts = 0;
    const server = createServer(async (request, response) => {
      const { input } = (await readJson(request)) as { input: string[] };
      texts += input.length;
      const data = input.map((text, index) => ({
        index,
        // There are eight things that a ticket can mean.
        embedding: meaning(createHash('sha256').update(text).digest()[0] % 8),
      }));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data, usage: { total_tokens: 10 } }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const arenaFile = join(folder, 'bundles/support-tickets/config.arena.yaml');
    const before = readFileSync(arenaFile, 'utf8');
    writeFileSync(
      join(folder, 'bundles/support-tickets/providers/vectors.provider.yaml'),
      JSON.stringify({
        apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
        kind: 'Provider',
        metadata: { name: 'vectors' },
        spec: {
          type: 'openai',
          role: 'embedding',
          model: 'small',
          base_url: `http://127.0.0.1:${port}/v1`,
          pricing: { input_cost_per_1k: 1 },
        },
      }),
    );
    writeFileSync(
      arenaFile,
      before.replace(
        '    - file: providers/writer.provider.yaml\n',
        match => `${match}    - file: providers/vectors.provider.yaml\n`,
      ),
    );
    const dataGen = {
      count: 8,
      nearDuplicateThreshold: 0.9,
      nearDuplicateEmbedding: { provider: 'vectors' },
    };
    const generate = (out: string, given: object) =>
      runArena(
        [
          ...['run', '-f', job(out, { ...dataGen, ...given })],
          ...['-c', 'bundles/support-tickets', '-o', out],
        ],
        { cwd: folder, env: { OPENAI_API_KEY: 'key' } },
      );
    try {
      const exit = await generate('meanings', {});
      expect(exit).toMatchObject({ code: 0, stderr: '' });
      const { rejects, cost, attempts, unfinished } = JSON.parse(
        read('meanings', 'coverage.json'),
      );
      expect(lines('meanings', 'data.jsonl')).toHaveLength(8);
      expect(rejects.nearDuplicate).toBeGreaterThan(0);
      expect(texts).toBeGreaterThanOrEqual(attempts - unfinished);
      expect(cost).toBeGreaterThan(0.01 * (attempts - unfinished));

      // A text has some hundred bytes, none of which may be shorter than a token: two are never asked for.
      const cheap = await generate('few-meanings', {
        count: 9,
        budgetLimit: '0.6',
      });
      expect(cheap.stdout).toMatch(/the budget was used up/);
      const poor = JSON.parse(read('few-meanings', 'coverage.json'));
      expect(poor.cost).toBeLessThanOrEqual(0.6);
      expect(poor.unfinished).toBeGreaterThan(0);
      expect(poor.rows).toBeGreaterThan(0);

      const unknown = await generate('unknown', {
        nearDuplicateEmbedding: { provider: 'vectrs' },
      });
      expect(unknown.stderr).toMatch(
        /"vectrs" does not exist.*Did you mean "vectors"/,
      );
      const wrong = await generate('wrong', {
        nearDuplicateEmbedding: { provider: 'writer' },
      });
      expect(wrong.stderr).toMatch(/"writer" cannot tell near-duplicates/);
    } finally {
      writeFileSync(arenaFile, before);
      server.closeAllConnections();
      server.close();
    }
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
