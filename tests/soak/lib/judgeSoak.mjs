import { median } from '../../lib/median.mjs';

/** Of a figure that stays as it is: how much the last quarter may be above the second. The first is for warming up. */
const MOST = {
  memory: 1.2,
  handles: 1.1,
  query: 1.5,
  bytesPerResult: 1.15,
};
/** Below this, times are those of a machine that does other things as well. */
const SMALL_QUERY_MS = 20;
const FEWEST_SAMPLES = 16;

/**
 * Compares the second quarter of a soak with the last one.
 *
 * @param {import('./takeSample.mjs').Sample[]} samples - in order of time
 * @returns {Array<{ what: string, before: number, after: number, most: number, isFlat: boolean }>}
 * @throws {Error} when there are too few to say anything
 */
export function judgeSoak(samples) {
  if (samples.length < FEWEST_SAMPLES) {
    throw new Error(
      `${samples.length} samples say nothing: there must be ${FEWEST_SAMPLES}`,
    );
  }
  const quarter = Math.floor(samples.length / 4);
  const early = samples.slice(quarter, 2 * quarter);
  const late = samples.slice(-quarter);
  const compare = (what, most, of, floor = 0) => {
    const [before, after] = [early, late].map(list => median(list.map(of)));
    return {
      what,
      before,
      after,
      most,
      isFlat: after <= Math.max(before * most, floor),
    };
  };
  return [
    compare('memory of the backend, MiB', MOST.memory, s => s.memoryMiB),
    compare('open handles of the backend', MOST.handles, s => s.handles),
    ...Object.keys(samples[0].queryMs).map(name =>
      compare(
        `time of a page of ${name}, ms`,
        MOST.query,
        s => s.queryMs[name],
        SMALL_QUERY_MS,
      ),
    ),
    growth(early, late),
  ];
}

/** Results are kept; what each adds to the database must not grow. */
function growth(early, late) {
  const perResult = list => {
    const [first, last] = [list[0], list.at(-1)];
    return (
      ((last.databaseMiB - first.databaseMiB) * 1_024) /
      (last.results - first.results)
    );
  };
  const [before, after] = [perResult(early), perResult(late)];
  const most = MOST.bytesPerResult;
  return {
    what: 'growth of the database per result, KiB',
    before,
    after,
    most,
    isFlat: after <= before * most,
  };
}
