/* eslint-disable jest/no-export */
import { startVectors } from './startVectors';
import { useDatasetPortal } from './useDatasetPortal';

/** Calls of a worker at a time. */
const CONCURRENCY = 8;
const WORKERS = 4;
const KILLS = 2;

/**
 * The proof of data generation: so many rows from four workers, two of which are killed on the way, and a model that repeats three of ten
 * answers and breaks the schema in one of ten. What came of it is checked by the file of the claim and by what the model knows that it said.
 */
export function proveDataset(count: number, latencyMs: number): void {
  const bed = useDatasetPortal({ concurrency: CONCURRENCY, latencyMs });

  it(`brings exactly ${count} unique, valid rows from ${WORKERS} workers, ${KILLS} of which are killed`, async () => {
    const runId = await bed.start(
      'proof',
      { count, format: 'jsonl' },
      {
        workers: { replicas: WORKERS },
        output: {
          type: 'pvc',
          pvc: { claimName: 'generated-data', subPath: 'batch-001/' },
        },
      },
    );
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await bed.until(runId, Math.floor((count * kill) / (KILLS + 1)));
      await bed.killWorker(runId);
    }
    const job = await bed.end('proof', 10 * 60_000);
    expect(job.status).toMatchObject({
      phase: 'Succeeded',
      progress: { total: count, completed: count, failed: 0, pending: 0 },
    });

    const claim = 'generated-data';
    const text = bed.claimed(claim, 'data.jsonl');
    expect(await bed.report(runId, 'data.jsonl')).toBe(text);
    const rows: Array<{ id: number; text: string }> = text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(rows).toHaveLength(count);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(count);

    // Every row is something that the model said, and nothing that breaks the schema.
    const { said, server } = bed.model;
    const news = new Set(
      said.filter(({ kind }) => kind === 'new').map(each => each.text),
    );
    for (const { id, text: words } of rows) {
      expect(words.trim()).toBe(`Row number ${id}`);
      expect(news.has(JSON.stringify({ id, text: words.trim() }))).toBe(true);
    }

    // Every call is accounted for, but those that a kill or the end took with it.
    const state = await bed.figures(runId);
    expect(state.rejects.schema).toBeGreaterThan(0.08 * state.attempts);
    expect(state.rejects.duplicate).toBeGreaterThan(0.25 * state.attempts);
    expect(state.rejects.error ?? 0).toBe(0);
    const told = state.attempts - state.unfinished;
    const untold = server.calls.length - told;
    expect(untold).toBeGreaterThanOrEqual(0);
    expect(untold).toBeLessThanOrEqual((KILLS + WORKERS) * CONCURRENCY);
    const { rows: covered, duplicateRate } = JSON.parse(
      bed.claimed(claim, 'coverage.json'),
    );
    expect(covered).toBe(count);
    expect(duplicateRate).toBeCloseTo(
      (state.rejects.duplicate ?? 0) / state.attempts,
    );

    const provenance = bed
      .claimed(claim, 'provenance.jsonl')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(provenance).toHaveLength(count);
    expect(provenance[count - 1]).toMatchObject({
      number: count - 1,
      scenario: 'rows',
      provider: 'model',
      run: runId,
    });
    expect(new Set(provenance.map(({ attempt }) => attempt)).size).toBe(count);
    const manifest = JSON.parse(bed.claimed(claim, 'manifest.json'));
    expect(manifest.summary).toMatchObject({ rows: count, endedBy: 'count' });
  });

  it('goes on where it was when the backend was away', async () => {
    const runId = await bed.start('restarted', { count: 300 });
    await bed.until(runId, 100);
    await bed.restart();
    const job = await bed.end('restarted');
    expect(job.status).toMatchObject({
      phase: 'Succeeded',
      run: { id: runId },
      progress: { total: 300, completed: 300 },
    });
    const text = await bed.report(runId, 'data.jsonl');
    const ids = text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).id);
    expect(new Set(ids).size).toBe(300);
  });

  it('says why there are too few rows when the model keeps repeating itself', async () => {
    await bed.start('dull', { count: 100, maxAttempts: 150 }, { ideas: 5 });
    const job = await bed.end('dull');
    const ready = job.status.conditions.find(
      ({ type }: { type: string }) => type === 'Progressing',
    );
    expect(job.status).toMatchObject({
      phase: 'Failed',
      progress: { total: 100, completed: 5, failed: 0, pending: 95 },
    });
    expect(ready).toMatchObject({
      reason: 'InsufficientYield',
      message: expect.stringMatching(
        /^5 of 100 rows after 150 attempts \(15 not of the schema, 130 duplicates\): more than 150 attempts are not allowed$/,
      ),
    });
    expect(await bed.report(job.status.run.id, 'data.jsonl')).toMatch(
      /^(.*\n){5}$/,
    );
  });

  it('never spends more than the budget, and keeps what it bought', async () => {
    const budgetLimit = 5;
    await bed.start(
      'cheap',
      { count: 10_000, budgetLimit: String(budgetLimit) },
      { workers: { replicas: 2 } },
    );
    const job = await bed.end('cheap');
    const { reason, message } = job.status.conditions.find(
      ({ type }: { type: string }) => type === 'Progressing',
    );
    expect(reason).toBe('BudgetExhausted');
    expect(message).toMatch(/the budget of 5 USD was used up/);
    const charged = bed.charged();
    expect(charged).toBeLessThanOrEqual(budgetLimit);
    expect(charged).toBeGreaterThan(budgetLimit / 2);
    const state = await bed.figures(job.status.run.id);
    expect(state).toMatchObject({
      surplus: 0,
      endedBy: 'budget',
      budget: { limit: budgetLimit, currency: 'USD' },
    });
    // Whatever was paid for was looked at.
    expect(state.cost).toBeCloseTo(charged, 6);
    expect(state.rejects.error ?? 0).toBe(0);
    const text = await bed.report(job.status.run.id, 'data.jsonl');
    expect(text.trimEnd().split('\n')).toHaveLength(state.rows);
  });

  it('pays for each turn of a conversation once, though it waits for its budget', async () => {
    const turns = 5;
    await bed.start(
      'talkative',
      { count: 10_000, budgetLimit: '30' },
      { turns, workers: { replicas: 2 } },
    );
    const job = await bed.end('talkative');
    const state = await bed.figures(job.status.run.id);
    expect(state.rows).toBeGreaterThan(3);
    const { calls } = bed.model.server;
    const asked = (turn: number) =>
      calls.filter(({ user }) => user === `Make up row ${turn}.`).length;
    expect(asked(0)).toBeLessThanOrEqual(state.attempts);
    expect(asked(turns - 1)).toBe(state.attempts - state.unfinished);
    expect(state.cost).toBeCloseTo(bed.charged(), 6);
    expect(state.cost).toBeLessThanOrEqual(30);
  });

  it('takes no row that means the same as another, whichever worker brings it', async () => {
    // A prime: the model says something new at certain calls of ten alone.
    const meanings = 41;
    const workers = 2;
    const numberOf = (text: string) => Number(/number (\d+)/.exec(text)?.[1]);
    const vectors = await startVectors(text => numberOf(text) % meanings);
    try {
      await bed.start(
        'meanings',
        {
          count: meanings,
          nearDuplicateThreshold: 0.9,
          nearDuplicateEmbedding: { provider: 'vectors' },
        },
        { vectors: vectors.url, workers: { replicas: workers } },
      );
      const job = await bed.end('meanings');
      expect(job.status.phase).toBe('Succeeded');
      const runId = job.status.run.id;
      const rows = (await bed.report(runId, 'data.jsonl'))
        .trimEnd()
        .split('\n');
      expect(
        new Set(rows.map(row => numberOf(JSON.parse(row).text) % meanings))
          .size,
      ).toBe(meanings);
      const { rejects, attempts, unfinished, cost } = await bed.figures(runId);
      expect(rejects.nearDuplicate).toBeGreaterThan(0);
      // Rows that do not fit the schema are not worth it.
      const embedded = attempts - unfinished - (rejects.schema ?? 0);
      expect(vectors.texts.length).toBeGreaterThanOrEqual(embedded);
      expect(vectors.texts.length).toBeLessThanOrEqual(
        embedded + workers * CONCURRENCY,
      );
      expect(cost).toBeGreaterThan(0.01 * embedded);
    } finally {
      vectors.stop();
    }
  });

  it('keeps the rows of a job that is cancelled', async () => {
    const runId = await bed.start('stopped', {
      count: 100_000,
      format: 'json',
    });
    await bed.until(runId, 20);
    await bed.portal.call(
      'POST',
      `${bed.portal.objects}/arenajobs/stopped/cancel`,
    );
    const job = await bed.end('stopped');
    expect(job.status.phase).toBe('Cancelled');
    const run = await bed.closed(runId);
    expect(run.outcome).toBe('Cancelled');
    const rows = JSON.parse(await bed.report(runId, 'data.json'));
    // What was under way was paid for, and is in.
    const state = await bed.figures(runId);
    expect(rows).toHaveLength(state.rows);
    expect(rows.length).toBeGreaterThanOrEqual(20);
    expect(job.status.progress.completed).toBe(state.rows);
    expect(state.surplus).toBe(0);
    expect(bed.model.server.calls.length).toBe(
      state.attempts - state.unfinished,
    );
  });
}
