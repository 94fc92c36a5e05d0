import { mockLogger } from '../__testUtils__/mockLogger';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { observeStoredFigures } from './observeStoredFigures';
import { StoredFigures } from './readStoredFigures';

type Callback = (result: {
  observe(value: number, attributes?: object): void;
}) => Promise<void> | void;

const FIGURES: StoredFigures = {
  runs: [
    {
      cluster: 'embedded',
      type: 'evaluation',
      state: 'Running',
      count: 2,
      waiting: 7,
      leased: 3,
    },
    {
      cluster: 'embedded',
      type: 'loadtest',
      state: 'Running',
      count: 1,
      waiting: 1_000,
      leased: 10,
    },
  ],
  leases: [{ cluster: 'embedded', kind: 'work', count: 2 }],
  workers: [{ cluster: 'embedded', count: 4 }],
  deliveries: [{ target: 'events', count: 1 }],
  snapshotBytes: 5,
};

describe('observeStoredFigures', () => {
  const callbacks = new Map<string, Callback>();
  const logger = mockLogger();
  const read = jest.fn<Promise<StoredFigures>, []>();
  let now = 0;
  let end: () => void;

  async function collect(): Promise<Record<string, number>> {
    const values: Record<string, number> = {};
    await Promise.all(
      [...callbacks].map(([name, callback]) =>
        callback({
          observe(value, attributes = {}) {
            values[[name, ...Object.values(attributes)].join(' ')] = value;
          },
        }),
      ),
    );
    return values;
  }

  beforeEach(() => {
    jest.clearAllMocks();
    callbacks.clear();
    now = 0;
    read.mockResolvedValue(FIGURES);
    end = observeStoredFigures({
      metrics: metricsServiceMock.mock({
        createObservableGauge: (name: string) => ({
          addCallback: (callback: Callback) => callbacks.set(name, callback),
          removeCallback: () => callbacks.delete(name),
        }),
      }),
      logger,
      clusters: ['embedded', 'prod'],
      targets: ['events', 'webhook:chat'],
      read,
      monotonic: () => now,
    });
  });

  it('shows zeros of what there is none of, and no items of load tests', async () => {
    expect(await collect()).toMatchObject({
      'arena.runs.open embedded evaluation Running': 2,
      'arena.runs.open embedded loadtest Running': 1,
      'arena.runs.open prod datagen Finalizing': 0,
      'arena.items.waiting embedded': 7,
      'arena.items.leased embedded': 3,
      'arena.items.waiting prod': 0,
      'arena.leases embedded work': 2,
      'arena.leases embedded finalize': 0,
      'arena.workers embedded': 4,
      'arena.workers prod': 0,
      'arena.run_events.waiting events': 1,
      'arena.run_events.waiting webhook:chat': 0,
      'arena.snapshots.size.bytes': 5,
    });
  });

  it('reads once for all that is collected within a second', async () => {
    await collect();
    now = 900;
    await collect();
    expect(read).toHaveBeenCalledTimes(1);
    now = 1_000;
    await collect();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('shows nothing while it cannot read, and says so once', async () => {
    read.mockRejectedValue(new Error('no database'));
    for (; now < 30_000; now += 10_000) expect(await collect()).toEqual({});
    expect(logger.warn.mock.calls).toEqual([
      ['Reading figures for metrics failed: Error: no database'],
    ]);
    read.mockResolvedValue(FIGURES);
    expect(await collect()).toMatchObject({ 'arena.workers embedded': 4 });
    read.mockRejectedValue(new Error('no database'));
    now += 10_000;
    await collect();
    expect(logger.warn).toHaveBeenCalledTimes(2);
  });

  it('does not wait longer than collectors do, nor ask a database again that has not answered', async () => {
    jest.useFakeTimers();
    try {
      let answer: (found: StoredFigures) => void = () => {};
      read.mockReturnValue(
        new Promise(resolve => {
          answer = resolve;
        }),
      );
      for (; now < 30_000; now += 10_000) {
        const collected = collect();
        await jest.advanceTimersByTimeAsync(5_000);
        expect(await collected).toEqual({});
      }
      expect(read).toHaveBeenCalledTimes(1);
      expect(logger.warn).toHaveBeenCalledTimes(1);
      answer(FIGURES);
      await jest.advanceTimersByTimeAsync(0);
      read.mockResolvedValue(FIGURES);
      expect(await collect()).toMatchObject({ 'arena.workers embedded': 4 });
    } finally {
      jest.useRealTimers();
    }
  });

  it('asks no more once it has ended', () => {
    end();
    expect(callbacks.size).toBe(0);
  });
});
