import {
  LeaseResponse,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import * as fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { databases } from '../__testUtils__/databases';
import {
  createParts,
  setupRuns,
  testPins,
  testReport,
  testRun,
} from '../__testUtils__/runs';

jest.setTimeout(60_000);

const RUN = 'job-uid-1';

type Granted = Extract<LeaseResponse, { state: 'granted' }>;
type Parts = Awaited<ReturnType<typeof setupRuns>>;

async function register({ queue }: Pick<Parts, 'queue'>, workerId: string) {
  await queue.register(RUN, {
    protocolVersion: WORKER_PROTOCOL_VERSION,
    workerId,
    engineVersion: '0.1.0',
    host: 'localhost',
    pid: 1,
  });
}

const leaseOf = ({ queue }: Parts, workerId: string, capacity = 4) =>
  queue.lease(RUN, { workerId, capacity }) as Promise<Granted>;

const indexesOf = ({ ranges, items }: Granted) => [
  ...ranges.flatMap(({ from, to }) =>
    Array.from({ length: to - from }, (_, offset) => from + offset),
  ),
  ...items.map(({ index }) => index),
];

const keyOf = ({ leaseId, fence }: Granted, workerId: string) => ({
  workerId,
  leaseId,
  fence,
});

const CUT = {
  status: 'errored',
  error: { class: 'budget', message: 'Not finished', retryable: false },
} as const;

describe.each(databases.eachSupportedId())('the budget of a run on %p', id => {
  async function setup(limit = 10): Promise<Parts> {
    const parts = await setupRuns(id);
    const budget = { limit, currency: 'USD' };
    await parts.store.create(testRun({ pins: testPins({ budget }) }));
    await register(parts, 'a');
    await register(parts, 'b');
    return parts;
  }

  const ask = (
    { queue }: Pick<Parts, 'queue'>,
    workerId: string,
    request: { granted: number; wanted?: number; missing?: number },
  ) =>
    queue.lend(RUN, {
      workerId,
      instance: 'i',
      spent: 0,
      wanted: 0,
      ...request,
    });

  it('is given in slices, each once, and none to a run without one', async () => {
    const parts = await setup();
    const first = await ask(parts, 'a', { granted: 0, wanted: 1 });
    expect(first).toEqual({ granted: 1, exhausted: false });
    // The answer was lost.
    expect(await ask(parts, 'a', { granted: 0, wanted: 1 })).toEqual(first);
    const second = await ask(parts, 'a', { granted: 1, wanted: 1 });
    expect(second).toEqual({ granted: 2, exhausted: false });
    expect((await parts.store.get(RUN)).budget).toEqual({
      limit: 10,
      currency: 'USD',
      granted: 2,
      exhausted: false,
    });
    const other = await setupRuns(id);
    await other.store.create(testRun());
    await expect(ask(other, 'a', { granted: 0 })).rejects.toThrow(
      /has no budget/,
    );
  });

  it('ends the run when a call does not fit: what was begun comes to its end, the rest stays undone', async () => {
    const parts = await setup();
    const { queue, store } = parts;
    const one = await leaseOf(parts, 'a');
    const other = await leaseOf(parts, 'b');
    await ask(parts, 'b', { granted: 0, missing: 4 });
    const answer = await ask(parts, 'a', { granted: 0, missing: 7 });
    expect(answer).toEqual({ granted: 0, exhausted: true });
    // Not even what is left: nobody begins anything any more.
    expect(await ask(parts, 'b', { granted: 4, missing: 1 })).toEqual({
      granted: 4,
      exhausted: true,
    });
    expect(await store.head(RUN)).toMatchObject({
      state: 'Running',
      budgetExhausted: true,
      backlog: 0,
    });
    expect(
      await queue.lease(RUN, { workerId: 'a', capacity: 1 }),
    ).toMatchObject({ state: 'wait' });
    const beat = await queue.heartbeat(RUN, {
      workerId: 'b',
      leases: [
        {
          leaseId: other.leaseId,
          fence: other.fence,
          started: [indexesOf(other)[0]],
        },
      ],
    });
    expect(beat).toMatchObject({
      command: 'finish',
      leases: [{ lost: false }],
    });
    const [done, ...rest] = indexesOf(other);
    expect(
      await queue.report(RUN, {
        ...keyOf(other, 'b'),
        results: [testReport(done)],
      }),
    ).toMatchObject({ accepted: 1, command: 'finish' });
    await queue.release(RUN, { ...keyOf(other, 'b'), started: [] });
    expect((await store.head(RUN)).state).toBe('Running');
    await queue.report(RUN, {
      ...keyOf(one, 'a'),
      results: indexesOf(one).map(index => testReport(index, CUT)),
    });
    expect(
      await queue.lease(RUN, { workerId: 'b', capacity: 1 }),
    ).toMatchObject({ state: 'finalize' });
    const head = await store.head(RUN);
    expect(head).toMatchObject({
      state: 'Finalizing',
      leased: 0,
      counters: { passed: 1, failed: 0, errored: indexesOf(one).length },
    });
    expect(head.counters.pending).toBe(20 - 1 - indexesOf(one).length);
    expect(rest.length).toBeGreaterThan(0);
    await expect(
      queue.lend('nobody', {
        workerId: 'a',
        instance: 'i',
        granted: 0,
        spent: 0,
        wanted: 1,
      }),
    ).rejects.toThrow(/does not exist/);
  });

  it('ends it as well when the worker that asks had lost its lease, or is killed', async () => {
    const parts = await setup();
    const { queue, store, clock } = parts;
    await leaseOf(parts, 'a');
    await ask(parts, 'a', { granted: 0, missing: 6 });
    clock.advance(60_000);
    await ask(parts, 'b', { granted: 0, missing: 6 });
    expect((await store.head(RUN)).state).toBe('Running');
    await queue.expire();
    expect(await store.head(RUN)).toMatchObject({
      state: 'Finalizing',
      leased: 0,
      counters: { pending: 20 },
    });

    const late = await setup();
    await leaseOf(late, 'a');
    late.clock.advance(60_000);
    await late.queue.expire();
    await ask(late, 'a', { granted: 0, missing: 11 });
    expect((await late.store.head(RUN)).state).toBe('Finalizing');
  });

  it('is lent once by replicas that are asked at the same moment', async () => {
    const parts = await setup();
    const { knex, clock, store } = parts;
    const queues = [parts.queue, createParts(knex, clock).queue];
    const processes = Array.from({ length: 24 }, (_, index) => ({
      queue: queues[index % 2],
      workerId: index % 3 === 0 ? 'a' : 'b',
      instance: `i${index}`,
      // The same process is asked for by both as well.
      ...(index >= 20 && { instance: `i${index - 3}` }),
    }));
    const answers = await Promise.all(
      processes.map(({ queue, workerId, instance }, index) =>
        queue.lend(RUN, {
          workerId,
          instance,
          granted: 0,
          spent: 0,
          wanted: 2,
          ...(index % 4 === 0 && { missing: 0.3 }),
        }),
      ),
    );
    const granted = new Map<string, number>();
    for (const [index, { workerId, instance }] of processes.entries()) {
      const key = `${workerId}/${instance}`;
      const before = granted.get(key) ?? 0;
      granted.set(key, Math.max(before, answers[index].granted));
    }
    const sum = [...granted.values()].reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(8);
    expect(sum).toBeLessThanOrEqual(10);
    expect((await store.get(RUN)).budget!.granted).toBeCloseTo(sum, 9);
  });

  it.each(['report', 'release'] as const)(
    'ends the run when it is used up at the moment of the last %s',
    async how => {
      // Both orders, and what is between.
      for (const delay of [0, 2, 5, 10, 40]) {
        const parts = await setup();
        const { knex, clock, store } = parts;
        const other = createParts(knex, clock).queue;
        const lease = await leaseOf(parts, 'a');
        const key = keyOf(lease, 'a');
        const end = () =>
          how === 'report'
            ? other.report(RUN, {
                ...key,
                results: indexesOf(lease).map(index => testReport(index)),
              })
            : other.release(RUN, { ...key, started: [] });
        const lend = () => ask(parts, 'b', { granted: 0, missing: 11 });
        await Promise.all([end(), sleep(delay).then(lend)]);
        expect(await store.head(RUN)).toMatchObject({
          state: 'Finalizing',
          budgetExhausted: true,
          leased: 0,
        });
      }
    },
  );

  it('makes no new version of the run where nothing is given', async () => {
    const parts = await setup();
    const { store } = parts;
    const version = async () => (await store.head(RUN)).version;
    const before = await version();
    await ask(parts, 'a', { granted: 0 });
    expect(await version()).toBe(before);
    await ask(parts, 'a', { granted: 0, wanted: 1 });
    expect(await version()).toBe(before + 1);
    await ask(parts, 'a', { granted: 0, wanted: 1 });
    expect(await version()).toBe(before + 1);
    await ask(parts, 'a', { granted: 1, missing: 10 });
    expect(await version()).toBe(before + 2);
    await ask(parts, 'a', { granted: 1, missing: 10 });
    expect(await version()).toBe(before + 2);
  });

  it('is not exceeded by processes that come and go, whatever they ask for', async () => {
    const { queue, store } = await setup(3);
    const amount = fc.double({ min: 0, max: 2, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('a', 'b'),
        fc.stringMatching(/^[a-z]{1,2}$/),
        amount,
        fc.option(amount, { nil: undefined }),
        async (workerId, instance, wanted, missing) => {
          await queue.lend(RUN, {
            workerId,
            instance,
            granted: 1_000,
            spent: 0,
            wanted,
            missing,
          });
          const { budget } = await store.get(RUN);
          expect(budget!.granted).toBeLessThanOrEqual(3);
        },
      ),
      { numRuns: 60 },
    );
  });
});
