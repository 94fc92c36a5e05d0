import { LoggerService } from '@backstage/backend-plugin-api';
import {
  MetricAttributes,
  MetricsService,
  MetricsServiceObservableCallback,
} from '@backstage/backend-plugin-api/alpha';
import { stringifyError } from '@backstage/errors';
import { withinTime } from '../time/withinTime';
import { StoredFigures } from './readStoredFigures';

/** All gauges of one collection, and of collectors that come one after the other, are of one reading. */
const FRESH_MS = 1_000;
/** Shorter than collectors wait: a database that does not answer must not take the other metrics with it. */
const READ_MS = 5_000;
const TYPES = ['evaluation', 'loadtest', 'datagen'];
const STATES = ['Running', 'Finalizing'];

export interface StoredFiguresOptions {
  metrics: MetricsService;
  logger: LoggerService;
  /** Begin with zeros: a series that comes and goes cannot be alerted on. */
  clusters: readonly string[];
  /** The same for who is told of the ends of runs. */
  targets: readonly string[];
  read: () => Promise<StoredFigures>;
  /** Clock that never jumps, in milliseconds. */
  monotonic?: () => number;
}

/**
 * Shows what the database says of work under way. Of several replicas each shows the same, as long as it reaches the database; nothing
 * is shown while it does not.
 *
 * @returns ends it
 */
export function observeStoredFigures(
  options: StoredFiguresOptions,
): () => void {
  const { metrics, logger, clusters, targets } = options;
  const monotonic = options.monotonic ?? (() => performance.now());
  let last: { at: number; figures: Promise<StoredFigures | undefined> };
  let told: string | undefined;
  /** One at a time, also when nobody waits for it any more. */
  let reading: Promise<StoredFigures> | undefined;

  function figures(): Promise<StoredFigures | undefined> {
    if (!last || monotonic() - last.at >= FRESH_MS) {
      last = { at: monotonic(), figures: read() };
    }
    return last.figures;
  }

  async function read(): Promise<StoredFigures | undefined> {
    try {
      reading ??= options.read().finally(() => {
        reading = undefined;
      });
      const found = await withinTime(reading, {
        timeoutMs: READ_MS,
        message: `the database has not answered within ${READ_MS} ms`,
      });
      told = undefined;
      return found;
    } catch (error) {
      // Asked again with each collection; the same failure is told once.
      const failure = stringifyError(error);
      if (failure !== told) {
        logger.warn(`Reading figures for metrics failed: ${failure}`);
      }
      told = failure;
      return undefined;
    }
  }

  const ends: Array<() => void> = [];
  function gauge<T extends MetricAttributes>(
    name: string,
    { description, unit }: { description: string; unit: string },
    show: (found: StoredFigures) => Iterable<[T, number]>,
  ): void {
    const instrument = metrics.createObservableGauge<T>(name, {
      description,
      unit,
    });
    const callback: MetricsServiceObservableCallback<T> = async result => {
      const found = await figures();
      if (!found) return;
      for (const [attributes, value] of show(found)) {
        result.observe(value, attributes);
      }
    };
    instrument.addCallback(callback);
    ends.push(() => instrument.removeCallback(callback));
  }

  const sum = <T>(rows: readonly T[], value: (row: T) => number) =>
    rows.reduce((total, row) => total + value(row), 0);

  gauge(
    'arena.runs.open',
    { description: 'Runs that have not ended', unit: '{run}' },
    ({ runs }) =>
      clusters.flatMap(cluster =>
        TYPES.flatMap(type =>
          STATES.map((state): [MetricAttributes, number] => [
            { cluster, type, state },
            sum(
              runs.filter(
                run =>
                  run.cluster === cluster &&
                  run.type === type &&
                  run.state === state,
              ),
              run => run.count,
            ),
          ]),
        ),
      ),
  );
  // Of a load test slices of its schedule are given out, and no items.
  const itemsOf = ({ runs }: StoredFigures, cluster: string) =>
    runs.filter(run => run.cluster === cluster && run.type !== 'loadtest');
  gauge(
    'arena.items.waiting',
    {
      description: 'Items of open runs that are neither finished nor leased',
      unit: '{item}',
    },
    found =>
      clusters.map(cluster => [
        { cluster },
        sum(itemsOf(found, cluster), run => run.waiting),
      ]),
  );
  gauge(
    'arena.items.leased',
    { description: 'Items that workers have under lease', unit: '{item}' },
    found =>
      clusters.map(cluster => [
        { cluster },
        sum(itemsOf(found, cluster), run => run.leased),
      ]),
  );
  gauge(
    'arena.leases',
    { description: 'Leases that workers hold', unit: '{lease}' },
    ({ leases }) =>
      clusters.flatMap(cluster =>
        ['work', 'finalize'].map((kind): [MetricAttributes, number] => [
          { cluster, kind },
          sum(
            leases.filter(row => row.cluster === cluster && row.kind === kind),
            row => row.count,
          ),
        ]),
      ),
  );
  gauge(
    'arena.workers',
    {
      description: 'Workers of open runs that were heard of lately',
      unit: '{worker}',
    },
    ({ workers }) =>
      clusters.map(cluster => [
        { cluster },
        sum(
          workers.filter(row => row.cluster === cluster),
          row => row.count,
        ),
      ]),
  );
  gauge(
    'arena.run_events.waiting',
    {
      description: 'Ends of runs that are still to be delivered',
      unit: '{delivery}',
    },
    ({ deliveries }) =>
      targets.map(target => [
        { target },
        sum(
          deliveries.filter(row => row.target === target),
          row => row.count,
        ),
      ]),
  );
  gauge(
    'arena.snapshots.size.bytes',
    { description: 'Bundles and reports in the database', unit: 'By' },
    ({ snapshotBytes }) => [[{}, snapshotBytes]],
  );
  return () => ends.forEach(end => end());
}
