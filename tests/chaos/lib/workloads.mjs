/** Items in flight per worker. */
export const CONCURRENCY = 4;
/** Of a conversation; of all in a bundle the longest. */
export const MOST_TURNS = 2;

/** Of ten rows that are asked for, so many answers bring none: see `RowTeller`. */
const USELESS_ANSWERS = 0.45;

/**
 * What a seed lets run, one source each. `calls`: how many are expected, for the moments of faults; absent where they do not count, because
 * the time and not the work is given.
 *
 * @typedef {object} Workload
 * @property {string} name - of the job and of its source
 * @property {'evaluation' | 'repeated' | 'scheduled' | 'cancelled' | 'datagen' | 'loadtest'} kind
 * @property {number} workers
 * @property {Array<{ id: string, turns: number, fails: boolean }>} scenarios
 * @property {number} [calls]
 * @property {object} spec - of the ArenaJob
 * @property {object} expected - what its results must be
 */

/** @type {Record<string, (random: () => number) => Workload>} */
export const WORKLOADS = {
  /** Trials of scenarios of which some fail, with a gate that lets them or does not. */
  evaluation(random) {
    const scenarios = echoes({ passing: 8, failing: 2, long: 2 });
    const trials = between(random, 14, 22);
    // Ten of twelve pass.
    const [gate, threshold] = pick(random, [
      [80, 80],
      [90, 70],
      [70, 90],
    ]);
    return {
      name: 'evaluation',
      kind: 'evaluation',
      workers: 2,
      scenarios,
      calls: trials * turnsOf(scenarios),
      spec: {
        type: 'evaluation',
        trials,
        evaluation: {
          outputFormats: ['json', 'junit'],
          gate: { minPassRate: gate },
          thresholds: [
            {
              metric: 'pass_rate',
              operator: '>=',
              value: String(threshold / 100),
            },
          ],
        },
        workers: { replicas: 2 },
      },
      expected: { trials, minPassRate: Math.max(gate, threshold) },
    };
  },

  /** Half of it fails, and that half is run again by hand. */
  repeated(random) {
    const scenarios = echoes({ passing: 2, failing: 2, long: 0 });
    const trials = between(random, 6, 10);
    return {
      name: 'repeated',
      kind: 'repeated',
      workers: 1,
      scenarios,
      calls: trials * (4 + 2),
      spec: { type: 'evaluation', trials },
      expected: { trials, minPassRate: 100 },
    };
  },

  /** A schedule of every minute, which is started by hand as well. */
  scheduled(random) {
    const scenarios = echoes({ passing: 4, failing: 0, long: 1 });
    const trials = between(random, 4, 8);
    return {
      name: 'scheduled',
      kind: 'scheduled',
      workers: 1,
      scenarios,
      calls: trials * turnsOf(scenarios),
      spec: {
        type: 'evaluation',
        trials,
        schedule: {
          cron: '* * * * *',
          concurrencyPolicy: 'Forbid',
          // What is deleted cannot be accounted for.
          successfulRunsHistoryLimit: 100,
          failedRunsHistoryLimit: 100,
        },
      },
      expected: { trials, minPassRate: 100 },
    };
  },

  /** Far too long, and cancelled on the way. */
  cancelled(random) {
    const scenarios = echoes({ passing: 10, failing: 0, long: 0 });
    const cancelAt = between(random, 20, 90);
    return {
      name: 'cancelled',
      kind: 'cancelled',
      workers: 1,
      scenarios,
      calls: cancelAt,
      spec: { type: 'evaluation', trials: 500 },
      expected: { trials: 500, cancelAt },
    };
  },

  /** Rows of a model that repeats itself. */
  datagen(random) {
    const count = between(random, 40, 80);
    return {
      name: 'datagen',
      kind: 'datagen',
      workers: 2,
      scenarios: [{ id: 'rows', turns: 1, fails: false }],
      calls: Math.round(count / (1 - USELESS_ANSWERS)),
      spec: {
        type: 'datagen',
        dataGen: { count, format: 'jsonl', seed: 1, maxAttempts: 1_000 },
        workers: { replicas: 2 },
      },
      expected: { count },
    };
  },

  /** Small, by a schedule or in a closed loop. */
  loadtest(random) {
    const workers = between(random, 1, 2);
    const isPaced = random() < 0.5;
    const targetRPS = between(random, 10, 25);
    return {
      name: 'loadtest',
      kind: 'loadtest',
      workers,
      scenarios: echoes({ passing: 2, failing: 0, long: 0 }),
      spec: {
        type: 'loadtest',
        loadTest: {
          duration: `${between(random, 5, 10)}s`,
          rampUp: '0s',
          gracefulStop: '5s',
          ...(isPaced ? { targetRPS } : { concurrency: 2, vusPerWorker: 1 }),
        },
        workers: { replicas: workers },
      },
      expected: { isPaced, inFlight: isPaced ? targetRPS : 2 },
    };
  },
};

/** Scenarios that are answered by what was said. */
function echoes({ passing, failing, long }) {
  const some = (count, prefix, rest) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${prefix}-${i}`,
      ...rest,
    }));
  return [
    ...some(passing, 'passes', { turns: 1, fails: false }),
    ...some(failing, 'fails', { turns: 1, fails: true }),
    ...some(long, 'long', { turns: MOST_TURNS, fails: false }),
  ];
}

function turnsOf(scenarios) {
  return scenarios.reduce((sum, { turns }) => sum + turns, 0);
}

/** A whole number, both ends included. */
export function between(random, from, to) {
  return from + Math.floor(random() * (to - from + 1));
}

/** @template T @param {T[]} list */
export function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}
