import { setTimeout as sleep } from 'node:timers/promises';
import { signalIfThere } from './signalIfThere.mjs';
import { between, pick } from './workloads.mjs';

/** A little longer than leases of items last; and than that of the leader. */
const PAUSES_MS = [4_500, 7_500];

/** Somewhat less than a backend that ends leaves its workers to finish; those that are still there are killed. */
const DRAIN_MS = 1_900;

/** Longer than leases of items last. */
const JUMP_MS = 5_000;

/** From which seed on disks and clocks are among what may go wrong. */
const LATER = 101;

/** Requests of workers whose answers get lost. */
const ANSWERS = {
  reports: /\/report$/,
  leases: /\/lease$/,
  heartbeats: /\/heartbeat$/,
  'all sorts': /\/(report|lease|heartbeat|register|release)$/,
};

/**
 * What can go wrong. `draw` chooses what a seed chooses, `strike` does it and comes back when it is over; it says in words what it did, and
 * what that may have cost:
 *
 * - `hit`: names of workloads whose workers may have lost all that they had in flight, once for each time that they are named;
 * - `isSilencing`: workers of load tests may never have told what they did shortly before;
 * - `killed`: ids of workers that ended at once, and could not clear up;
 * - `isBackendKilled`: nor could the backend;
 * - `effect`: how much it has come to when all is over, where that may be nothing.
 *
 * @typedef {object} Fault
 * @property {string} kind
 * @property {'restart' | 'pause' | 'database' | undefined} group - of which a seed has few
 * @property {'postgresql'} [only]
 * @property {number} [since] - the first seed that may have it: those before stand for what they always stood for
 * @property {(random: () => number) => object} draw
 * @property {(system: import('./ChaosSystem.mjs').ChaosSystem, drawn: object) => Promise<{ what: string, hit: string[], isSilencing?: boolean, killed?: number[], isBackendKilled?: boolean, effect?: () => number }>} strike
 */

/** @type {Fault[]} */
export const FAULTS = [
  {
    kind: 'kill-worker',
    draw: random => ({ choice: random() }),
    async strike(system, { choice }) {
      const worker = await system.chooseWorker(choice);
      if (!worker || !signalIfThere(worker.pid, 'SIGKILL')) {
        return nothing('no worker there to be killed');
      }
      return {
        what: `SIGKILL of worker ${worker.pid} of ${worker.names.join(' or ')}`,
        hit: worker.names,
        isSilencing: true,
        killed: [worker.pid],
      };
    },
  },
  {
    kind: 'kill-backend',
    group: 'restart',
    draw: () => ({}),
    async strike(system) {
      await system.portal.kill();
      await system.portal.start();
      return {
        what: 'SIGKILL of the backend, which is started again',
        hit: system.allWorkers(),
        isSilencing: true,
        isBackendKilled: true,
      };
    },
  },
  {
    kind: 'kill-both',
    group: 'restart',
    draw: () => ({}),
    async strike(system) {
      const workers = await system.portal.workers();
      const killed = workers.filter(pid => signalIfThere(pid, 'SIGKILL'));
      await system.portal.kill();
      await system.portal.start();
      return {
        what: `SIGKILL of ${killed.length} workers and the backend, which is started again`,
        hit: system.allWorkers(),
        isSilencing: true,
        killed,
        isBackendKilled: true,
      };
    },
  },
  {
    kind: 'stop-backend',
    group: 'restart',
    draw: () => ({}),
    async strike(system) {
      const ended = system.portal.stop('SIGTERM');
      await sleep(DRAIN_MS);
      const killed = await system.portal.workers();
      await ended;
      const left = await system.portal.workers();
      if (left.length > 0) {
        system.fail(`workers ${left} outlived a backend that ended in order`);
      }
      await system.portal.start();
      return {
        what: 'SIGTERM of the backend, which is started again',
        hit: system.allWorkers(),
        isSilencing: true,
        killed,
      };
    },
  },
  {
    kind: 'pause-worker',
    group: 'pause',
    draw: random => ({ choice: random(), ms: PAUSES_MS[0] }),
    async strike(system, { choice, ms }) {
      const worker = await system.chooseWorker(choice);
      if (!worker || !signalIfThere(worker.pid, 'SIGSTOP')) {
        return nothing('no worker there to be stopped');
      }
      await sleep(ms);
      signalIfThere(worker.pid, 'SIGCONT');
      return {
        what: `SIGSTOP of worker ${worker.pid} of ${worker.names.join(
          ' or ',
        )} for ${ms} ms`,
        hit: worker.names,
        isSilencing: true,
      };
    },
  },
  {
    kind: 'pause-backend',
    group: 'pause',
    draw: random => ({ ms: pick(random, PAUSES_MS) }),
    async strike(system, { ms }) {
      system.portal.signal('SIGSTOP');
      await sleep(ms);
      system.portal.signal('SIGCONT');
      return {
        what: `SIGSTOP of the backend for ${ms} ms`,
        hit: system.allWorkers(),
      };
    },
  },
  {
    kind: 'cut-database',
    only: 'postgresql',
    draw: () => ({}),
    async strike(system) {
      const count = await system.database.terminateConnections();
      return {
        what: `${count} connections to PostgreSQL cut`,
        hit: [],
        effect: () => count,
      };
    },
  },
  {
    kind: 'crash-database',
    group: 'database',
    only: 'postgresql',
    draw: random => ({ ms: between(random, 0, 2_500) }),
    async strike(system, { ms }) {
      await system.postgres.crash();
      await sleep(ms);
      await system.postgres.start();
      return {
        what: `PostgreSQL crashed and started again after ${ms} ms`,
        hit: system.allWorkers(),
      };
    },
  },
  {
    kind: 'stall-database',
    group: 'database',
    since: LATER,
    draw: random => ({ ms: pick(random, PAUSES_MS) }),
    async strike(system, { ms }) {
      await system.database.stall(ms);
      return {
        what: `a disk so slow that no lease is written to the database for ${ms} ms`,
        hit: system.allWorkers(),
      };
    },
  },
  {
    kind: 'fill-disk',
    group: 'pause',
    since: LATER,
    draw: random => ({ ms: pick(random, PAUSES_MS) }),
    async strike(system, { ms }) {
      if (!system.disk) return nothing('no disk of its own to be filled');
      await system.disk.fill();
      await sleep(ms);
      await system.disk.free();
      return {
        what: `a disk that is full for ${ms} ms`,
        hit: system.allWorkers(),
        isSilencing: true,
      };
    },
  },
  {
    kind: 'jump-clock',
    group: 'pause',
    since: LATER,
    draw: random => ({ ms: pick(random, [-JUMP_MS, JUMP_MS]) }),
    async strike(system, { ms }) {
      await system.setClock(ms);
      await sleep(JUMP_MS);
      await system.setClock(0);
      // Until the time has come that it told already.
      await sleep(JUMP_MS);
      return {
        what: `the clock of the backend wrong by ${ms} ms for ${JUMP_MS} ms`,
        hit: system.allWorkers(),
      };
    },
  },
  ...[
    ['refuse-calls', 'refused', 'calls refused with 429 and Retry-After'],
    ['break-calls', 'broken', 'calls answered with 500'],
    ['cut-calls', 'cut', 'calls cut off in the middle of the answer'],
    ['slow-calls', 'slow', 'calls that take two seconds'],
  ].map(([kind, mishap, words]) => ({
    kind,
    draw: random => ({ count: between(random, 3, 12) }),
    async strike(system, { count }) {
      const models = [...system.models.values()];
      for (const model of models) model.disturb(mishap, count);
      return {
        what: `the next ${count} ${words}, of each model`,
        hit: [],
        effect: () =>
          models.reduce((sum, { mishaps }) => sum + (mishaps[mishap] ?? 0), 0),
      };
    },
  })),
  {
    kind: 'lose-answers',
    draw: random => ({
      of: pick(random, Object.keys(ANSWERS)),
      count: between(random, 1, 6),
    }),
    async strike(system, { of, count }) {
      system.proxy.cutNext(count, ANSWERS[of]);
      return {
        what: `the next ${count} answers of the backend to workers lost (${of})`,
        hit: [],
        effect: () => system.proxy.lost.length,
      };
    },
  },
];

function nothing(what) {
  return { what, hit: [], effect: () => 0 };
}
