import {
  ItemReport,
  RunPlan,
  withOffsets,
} from '@backstage-arena/plugin-arena-common';
import { erroredReport } from '../worker/erroredReport';
import { executePlan } from './executePlan';

function planOf(total: number): RunPlan {
  return withOffsets({
    version: 1,
    engineVersion: 'x',
    regions: ['default'],
    providers: [{ id: 'p', group: 'default', type: 'mock', key: 'p' }],
    scenarios: [
      { id: 's', providers: [0], variants: 1, trials: total, key: 's' },
    ],
  });
}

const report = (index: number): ItemReport => ({
  ...erroredReport({ index, attempt: 1 }, { class: 'engine', message: '' }),
  status: 'passed',
});

describe('executePlan', () => {
  it('hands results over in order, whatever the order they end in', async () => {
    const order: number[] = [];
    let inFlight = 0;
    let most = 0;
    await executePlan({
      concurrency: 7,
      signal: new AbortController().signal,
      runner: {
        plan: planOf(100),
        execute: async index => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          await new Promise(done => setTimeout(done, (index * 7) % 5));
          inFlight -= 1;
          return report(index);
        },
      },
      onReport: async ({ index }) => {
        order.push(index);
      },
    });
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(most).toBe(7);
  });

  it('does not run away from a slow item', async () => {
    let release: () => void = () => {};
    const slow = new Promise<void>(resolve => {
      release = resolve;
    });
    let highest = 0;
    let reports = 0;
    const run = executePlan({
      concurrency: 4,
      signal: new AbortController().signal,
      runner: {
        plan: planOf(25_000),
        execute: async index => {
          highest = Math.max(highest, index);
          if (index === 0) await slow;
          return report(index);
        },
      },
      onReport: async () => {
        reports += 1;
      },
    });
    await new Promise(done => setTimeout(done, 500));
    expect(highest).toBe(9_999);
    release();
    await run;
    expect(reports).toBe(25_000);
  });

  it('turns a failing engine into an errored item', async () => {
    const rows: ItemReport[] = [];
    await executePlan({
      concurrency: 1,
      signal: new AbortController().signal,
      runner: {
        plan: planOf(2),
        execute: async index => {
          if (index === 0) throw new Error('broken');
          return report(index);
        },
      },
      onReport: async row => {
        rows.push(row);
      },
    });
    expect(rows).toMatchObject([
      { status: 'errored', error: { message: 'The engine failed: broken' } },
      { status: 'passed' },
    ]);
  });

  it('leaves aborted items out', async () => {
    const abort = new AbortController();
    const rows: number[] = [];
    await executePlan({
      concurrency: 2,
      signal: abort.signal,
      runner: {
        plan: planOf(1_000),
        execute: async (index, { signal }) => {
          if (index === 10) abort.abort(new Error('stop'));
          signal.throwIfAborted();
          return report(index);
        },
      },
      onReport: async ({ index }) => {
        rows.push(index);
      },
    });
    expect(rows.length).toBeGreaterThanOrEqual(9);
    expect(rows.length).toBeLessThanOrEqual(11);
    expect(rows).not.toContain(10);
  });
});
