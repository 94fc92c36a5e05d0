import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { databases } from '../__testUtils__/databases';
import { setupRuns, testReport, testRun } from '../__testUtils__/runs';
import { itemsOf, registerWorker } from '../__testUtils__/workThrough';
import { createQueueObserver } from './createQueueObserver';
import { readStoredFigures } from './readStoredFigures';

jest.setTimeout(60_000);

const RUN = 'job-uid-1';
const error = (message: string, retryable: boolean) =>
  ({ class: 'rate_limit', message, retryable } as const);

describe.each(databases.eachSupportedId())(
  'Figures of a queue on %s',
  databaseId => {
    it('count executions, errors, tokens, cost and leases, and say what is under way', async () => {
      const counts = new Map<string, number>();
      const createCounter = (name: string) => ({
        add(value: number, attributes: object = {}) {
          const key = [name, ...Object.values(attributes)].join(' ');
          counts.set(key, (counts.get(key) ?? 0) + value);
        },
      });
      const observer = createQueueObserver(
        metricsServiceMock.mock({ createCounter }),
        ['embedded'],
      );
      expect(Object.fromEntries(counts)).toEqual({
        'arena.leases.expired embedded work': 0,
        'arena.leases.expired embedded finalize': 0,
      });
      const { knex, store, queue, clock } = await setupRuns(databaseId, {
        observer,
      });
      const figures = () =>
        readStoredFigures(knex, {
          silentSince: clock.now().getTime() - 10_000,
        });
      expect(await figures()).toEqual({
        runs: [],
        leases: [],
        workers: [],
        deliveries: [],
        snapshotBytes: 0,
      });
      await store.create(testRun());
      await registerWorker(queue, RUN, 'w1');
      const lease = await queue.lease(RUN, { workerId: 'w1', capacity: 5 });
      if (lease.state !== 'granted') throw new Error('There is work');
      const [first, second, third, fourth] = itemsOf(lease);
      const key = {
        workerId: 'w1',
        leaseId: lease.leaseId,
        fence: lease.fence,
      };
      await queue.report(RUN, {
        ...key,
        results: [
          testReport(first.index),
          testReport(second.index, { status: 'failed' }),
          testReport(third.index, {
            status: 'errored',
            error: error('no more', false),
          }),
          testReport(fourth.index, {
            status: 'errored',
            error: error('later', true),
          }),
        ],
      });
      await queue.report(RUN, { ...key, results: [testReport(first.index)] });
      const leased = itemsOf(lease).length - 4;
      expect(await figures()).toMatchObject({
        runs: [
          {
            cluster: 'embedded',
            type: 'evaluation',
            state: 'Running',
            count: 1,
            waiting: testRun().plan.total - 3 - leased,
            leased,
          },
        ],
        leases: [{ cluster: 'embedded', kind: 'work', count: 1 }],
        workers: [{ cluster: 'embedded', count: 1 }],
      });
      clock.advance(60_000);
      await queue.expire();
      expect(await figures()).toMatchObject({
        runs: [{ leased: 0, waiting: testRun().plan.total - 3 }],
        leases: [],
        workers: [],
      });

      const of = 'embedded evaluation';
      const errors = [...counts].filter(([name]) => name.includes('errors'));
      expect(errors).toHaveLength(11);
      for (const [name, count] of errors) if (count === 0) counts.delete(name);
      expect(Object.fromEntries(counts)).toEqual({
        [`arena.items.reported ${of} mock passed`]: 1,
        [`arena.items.reported ${of} mock failed`]: 1,
        [`arena.items.reported ${of} mock errored`]: 1,
        // Its results are not stored, but were paid for.
        [`arena.items.reported ${of} mock retried`]: 1,
        [`arena.items.refused ${of}`]: 1,
        'arena.item.errors embedded mock rate_limit': 2,
        'arena.provider.cost embedded mock': 1,
        'arena.provider.tokens embedded mock input': 400,
        'arena.provider.tokens embedded mock output': 80,
        'arena.provider.tokens embedded mock cached': 20,
        'arena.leases.expired embedded work': 1,
        'arena.leases.expired embedded finalize': 0,
      });
    });
  },
);
