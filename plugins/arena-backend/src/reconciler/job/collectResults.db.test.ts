import { ItemReport, RunPins } from '@backstage-arena/plugin-arena-common';
import { databases } from '../../__testUtils__/databases';
import {
  setupRuns,
  testPins,
  testPlan,
  testReport,
  testRun,
} from '../../__testUtils__/runs';
import { collectResults } from './collectResults';

jest.setTimeout(60_000);

const RUN = 'job-uid-1';

const errored = (errorClass: 'budget' | 'auth'): Partial<ItemReport> => ({
  status: 'errored',
  error: { class: errorClass, message: 'No', retryable: false },
});

describe.each(databases.eachSupportedId())(
  'what the end of a budget has cut off on %p',
  id => {
    /** A run of eight items, every second of which is a later trial, with these results. */
    async function collect(
      results: Array<Partial<ItemReport>>,
      pins: Partial<RunPins> = {},
    ) {
      const { store, queue } = await setupRuns(id);
      await store.create(
        testRun({
          pins: testPins({ budget: { limit: 2, currency: 'USD' }, ...pins }),
          plan: testPlan({ scenarios: 1, trials: 2 }),
        }),
      );
      const workerId = 'w';
      await queue.register(RUN, {
        protocolVersion: 1,
        workerId,
        engineVersion: '0.4.0',
        host: 'h',
      });
      const lend = (granted: number, missing: number) =>
        queue.lend(RUN, {
          workerId,
          instance: 'i',
          granted,
          spent: 0,
          wanted: 0,
          missing,
        });
      await lend(0, 1.5);
      const leases: Array<{ leaseId: string; fence: number; from: number }> =
        [];
      for (let from = 0; from < results.length; from += 1) {
        const lease = await queue.lease(RUN, { workerId, capacity: 1 });
        if (lease.state !== 'granted') throw new Error(lease.state);
        expect(lease.ranges).toEqual([{ from, to: from + 1 }]);
        leases.push({ ...lease, from });
      }
      expect((await lend(1.5, 1)).exhausted).toBe(true);
      for (const { leaseId, fence, from } of leases) {
        await queue.report(RUN, {
          workerId,
          leaseId,
          fence,
          results: [testReport(from, results[from])],
        });
      }
      const head = await store.head(RUN);
      expect(head).toMatchObject({ state: 'Finalizing' });
      return collectResults(store, head, []);
    }

    it('are items of the class budget and those that were not begun, with what workers had', async () => {
      const results = [{}, errored('budget'), errored('auth')];
      expect((await collect(results)).cut).toEqual({
        items: 1 + 5,
        granted: 1.5,
      });
    });

    it('are none where all came to their end nevertheless', async () => {
      const results = [errored('auth'), ...Array(7).fill({})];
      expect((await collect(results)).cut).toEqual({ items: 0, granted: 1.5 });
    });

    it('are later trials of a compatible run as well', async () => {
      const results = [{}, errored('budget'), ...Array(6).fill({})];
      const { cut, verdict } = await collect(results, { compat: true });
      expect(verdict).toMatchObject({ passed: 4, errored: 0, pending: 0 });
      expect(cut).toEqual({ items: 1, granted: 1.5 });
    });
  },
);
