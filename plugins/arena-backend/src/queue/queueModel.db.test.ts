import {
  LeaseResponse,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { databases } from '../__testUtils__/databases';
import {
  createParts,
  setupRuns,
  TEST_QUEUE_OPTIONS,
  testPins,
  testPlan,
  testReport,
  testRun,
} from '../__testUtils__/runs';
import { retryDelay } from './retryPolicy';

jest.setTimeout(120_000);

const RUN = 'job-uid-1';
const MAX_ATTEMPTS = 3;
const STEPS = 150;
const SEEDS = (process.env.ARENA_QUEUE_SEEDS ?? '1,2,3').split(',').map(Number);

type Granted = Extract<LeaseResponse, { state: 'granted' }>;

/** What the queue must know of an item. */
interface ModelItem {
  attempt: number;
  /** Free: may be leased from this time on. */
  notBefore?: number;
  lease?: string;
  status?: 'passed' | 'failed' | 'errored';
}

interface ModelLease {
  id: string;
  fence: number;
  worker: string;
  expiresAt: number;
  started: Set<number>;
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe.each(databases.eachSupportedId())('work queue on %p', id => {
  it.each(SEEDS)(
    'does what a simple model says, whatever happens in which order (seed %p)',
    async seed => {
      const random = randomNumbers(seed);
      const pick = <T>(list: readonly T[]): T =>
        list[Math.floor(random() * list.length)];
      const base = await setupRuns(id);
      const { clock, knex, store } = base;
      // Two replicas on one database; each call goes to either.
      const queues = [base.queue, createParts(knex, clock).queue];
      const queue = () => pick(queues);
      const plan = testPlan({ scenarios: 8, trials: 3 });
      await store.create(
        testRun({ plan, pins: testPins({ maxAttempts: MAX_ATTEMPTS }) }),
      );
      const workers = ['w1', 'w2', 'w3'];
      for (const workerId of workers) {
        await queue().register(RUN, {
          protocolVersion: WORKER_PROTOCOL_VERSION,
          workerId,
          engineVersion: '0.1.0',
          host: 'localhost',
        });
      }
      const items: ModelItem[] = Array.from({ length: plan.total }, () => ({
        attempt: 1,
        notBefore: 0,
      }));
      const leases = new Map<string, ModelLease>();
      const lost: ModelLease[] = [];
      const { leaseTtlMs } = TEST_QUEUE_OPTIONS;
      const now = () => clock.now().getTime();
      const held = (lease: ModelLease) =>
        items.flatMap((item, index) =>
          item.lease === lease.id ? [index] : [],
        );
      const key = (lease: ModelLease) => ({
        workerId: lease.worker,
        leaseId: lease.id,
        fence: lease.fence,
      });

      const giveBack = (lease: ModelLease, backoff: boolean) => {
        for (const index of held(lease)) {
          const item = items[index];
          item.lease = undefined;
          if (!lease.started.has(index)) {
            item.notBefore = now();
          } else if (item.attempt < MAX_ATTEMPTS) {
            item.notBefore =
              now() +
              (backoff ? retryDelay(TEST_QUEUE_OPTIONS, item.attempt) : 0);
            item.attempt += 1;
          } else {
            item.status = 'errored';
          }
        }
        leases.delete(lease.id);
        lost.push(lease);
      };

      const lease = async () => {
        const worker = pick(workers);
        const answer = await queue().lease(RUN, {
          workerId: worker,
          capacity: 1 + Math.floor(random() * 12),
        });
        const isGranted = answer.state === 'granted';
        const withheld = items.filter(
          item =>
            !isGranted &&
            !item.status &&
            !item.lease &&
            (item.notBefore ?? 0) <= now(),
        );
        expect(withheld).toEqual([]);
        if (answer.state !== 'granted') return;
        const grant: Granted = answer;
        const got = [
          ...grant.ranges.flatMap(({ from, to }) =>
            Array.from({ length: to - from }, (_, offset) => ({
              index: from + offset,
              attempt: 1,
            })),
          ),
          ...grant.items,
        ];
        for (const { index, attempt } of got) {
          const item = items[index];
          expect({ index, ...item }).toMatchObject({ index, attempt });
          expect(item.lease).toBeUndefined();
          expect(item.status).toBeUndefined();
          expect(item.notBefore).toBeLessThanOrEqual(now());
          item.lease = grant.leaseId;
        }
        leases.set(grant.leaseId, {
          id: grant.leaseId,
          fence: grant.fence,
          worker,
          expiresAt: now() + leaseTtlMs,
          started: new Set(),
        });
      };

      const heartbeat = async () => {
        const mine = pick([...leases.values(), ...lost]);
        if (!mine) return;
        const alive = leases.has(mine.id);
        const started = held(mine).filter(() => random() < 0.4);
        const answer = await queue().heartbeat(RUN, {
          workerId: mine.worker,
          // Also items that are not of this lease, which must be ignored.
          leases: [{ ...key(mine), started: [...started, plan.total - 1] }],
        });
        const empty = alive && held(mine).length === 0;
        expect(empty || answer.leases[0].lost === !alive).toBe(true);
        if (!alive) return;
        started.forEach(index => mine.started.add(index));
        if (items[plan.total - 1].lease === mine.id) {
          mine.started.add(plan.total - 1);
        }
        mine.expiresAt = now() + leaseTtlMs;
      };

      const report = async () => {
        const mine = pick([...leases.values()]);
        if (!mine) return;
        const chosen = held(mine).filter(() => random() < 0.6);
        // Something of others, and something that is done already.
        const foreign = pick(items.map((_item, index) => index));
        const indexes = [...new Set([...chosen, foreign])];
        const results = indexes.map(index => {
          const fault = random() < 0.25;
          return testReport(index, {
            attempt: items[index].attempt,
            status: fault ? 'errored' : pick(['passed', 'failed']),
            error: fault
              ? { class: 'provider', message: 'down', retryable: true }
              : undefined,
          });
        });
        const answer = await queue().report(RUN, { ...key(mine), results });
        const accepted = results.filter(
          ({ index }) => items[index].lease === mine.id,
        );
        expect(answer.accepted).toBe(accepted.length);
        expect(answer.refused.map(({ index }) => index)).toEqual(
          indexes.filter(index => items[index].lease !== mine.id),
        );
        for (const { index, status } of accepted) {
          const item = items[index];
          item.lease = undefined;
          mine.started.delete(index);
          if (status === 'errored' && item.attempt < MAX_ATTEMPTS) {
            item.notBefore =
              now() + retryDelay(TEST_QUEUE_OPTIONS, item.attempt);
            item.attempt += 1;
          } else {
            item.status = status;
          }
        }
        mine.expiresAt = now() + leaseTtlMs;
      };

      const lateReport = async () => {
        const old = pick(lost);
        if (!old) return;
        await expect(
          queue().report(RUN, { ...key(old), results: [testReport(0)] }),
        ).rejects.toMatchObject({ name: 'ConflictError' });
      };

      const release = async () => {
        const mine = pick([...leases.values()]);
        if (!mine) return;
        const started = held(mine).filter(() => random() < 0.3);
        started.forEach(index => mine.started.add(index));
        await queue().release(RUN, { ...key(mine), started });
        giveBack(mine, false);
      };

      const pass = async () => {
        clock.advance(Math.floor(random() * leaseTtlMs * 0.7));
        await Promise.all(queues.map(each => each.expire()));
        for (const each of [...leases.values()]) {
          if (each.expiresAt <= now()) giveBack(each, true);
        }
      };

      const compare = async () => {
        const { counters, leased, backlog, state } = await store.head(RUN);
        const count = (test: (item: ModelItem) => boolean) =>
          items.filter(test).length;
        const expected = {
          total: plan.total,
          passed: count(item => item.status === 'passed'),
          failed: count(item => item.status === 'failed'),
          errored: count(item => item.status === 'errored'),
          pending: count(item => !item.status),
        };
        expect(counters).toMatchObject(expected);
        const running = expected.pending > 0;
        expect(state).toBe(running ? 'Running' : 'Finalizing');
        expect(leased).toBe(count(item => item.lease !== undefined));
        expect(backlog).toBe(expected.pending - leased);
        return running;
      };

      const steps = [lease, lease, heartbeat, report, report, release, pass];
      for (let step = 0; step < STEPS; step += 1) {
        await pick([...steps, lateReport])();
        if (!(await compare())) break;
      }
      // Then everything comes to its end, with what is under lease lost.
      clock.advance(leaseTtlMs * 2);
      await queue().expire();
      [...leases.values()].forEach(each => giveBack(each, true));
      for (let round = 0; await compare(); round += 1) {
        if (round > 1_000) throw new Error('The run does not come to an end');
        clock.advance(TEST_QUEUE_OPTIONS.retryMaxDelayMs);
        await lease();
        await report();
      }

      // Counters of run and cells against the rows themselves.
      const rows = [];
      for await (const row of store.readItems(RUN)) rows.push(row);
      expect(
        rows.map(({ index, status, attempt }) => ({ index, status, attempt })),
      ).toEqual(
        items.map(({ status, attempt }, index) => ({ index, status, attempt })),
      );
      const { counters } = await store.head(RUN);
      expect(counters.inputTokens).toBe(
        rows.reduce((sum, row) => sum + row.inputTokens, 0),
      );
      expect(counters.cost).toBeCloseTo(
        rows.reduce((sum, row) => sum + row.cost, 0),
        6,
      );
      const { cells } = await store.matrix(RUN);
      for (const cell of cells) {
        const own = rows.filter(
          row =>
            row.scenario === `scenario-${cell.scenarioIndex}` &&
            row.provider === `provider-${cell.providerIndex}`,
        );
        expect(cell).toMatchObject({
          total: own.length,
          pending: 0,
          passed: own.filter(row => row.status === 'passed').length,
          failed: own.filter(row => row.status === 'failed').length,
          errored: own.filter(row => row.status === 'errored').length,
        });
      }
    },
  );

  it('counts once what replicas and workers do at the same moment', async () => {
    const base = await setupRuns(id, { queue: { maxConcurrentReports: 100 } });
    const { clock, knex, store } = base;
    const queues = [
      base.queue,
      createParts(knex, clock, { queue: { maxConcurrentReports: 100 } }).queue,
    ];
    const plan = testPlan({ scenarios: 100, trials: 5 });
    await store.create(testRun({ plan }));
    const accepted: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, number) => {
        const workerId = `w${number}`;
        const queue = queues[number % 2];
        await queue.register(RUN, {
          protocolVersion: WORKER_PROTOCOL_VERSION,
          workerId,
          engineVersion: '0.1.0',
          host: 'localhost',
        });
        for (;;) {
          const answer = await queue.lease(RUN, { workerId, capacity: 60 });
          if (answer.state === 'finalize' || answer.state === 'closed') return;
          if (answer.state === 'wait') {
            if ((await store.head(RUN)).state !== 'Running') return;
            continue;
          }
          const { leaseId, fence } = answer;
          const results = answer.ranges.flatMap(({ from, to }) =>
            Array.from({ length: to - from }, (_item, offset) =>
              testReport(from + offset),
            ),
          );
          // The same report twice at once, at both replicas: as when a worker sends it again too early.
          const answers = await Promise.all(
            queues.map(each =>
              each.report(RUN, { workerId, leaseId, fence, results }),
            ),
          );
          expect(answers[0].accepted + answers[1].accepted).toBe(
            results.length,
          );
          accepted.push(results.length);
        }
      }),
    );
    expect(accepted.reduce((sum, count) => sum + count, 0)).toBe(plan.total);
    expect(await store.head(RUN)).toMatchObject({
      state: 'Finalizing',
      leased: 0,
      counters: { passed: plan.total, pending: 0 },
    });
    expect(
      (await store.matrix(RUN)).cells.reduce(
        (sum, cell) => sum + cell.passed,
        0,
      ),
    ).toBe(plan.total);
  });
});
