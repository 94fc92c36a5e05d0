import { randomOf } from '../../lib/randomOf.mjs';
import { FAULTS } from './faults.mjs';
import { between, pick, WORKLOADS } from './workloads.mjs';

export const DATABASES = ['sqlite', 'postgresql'];

/** Of a group, in one seed: restarts and pauses take most of the time. */
const MOST_OF_GROUP = { restart: 2, pause: 1, database: 1 };

/** Shares of the expected calls between which faults come. */
const FIRST = 0.06;
const LAST = 0.85;

/**
 * What a seed stands for: two to four workloads, and three to six faults, each when so many calls have been made.
 *
 * @param {number} seed
 * @param {'sqlite' | 'postgresql'} database
 * @returns {{ workloads: import('./workloads.mjs').Workload[], faults: Array<{ fault: import('./faults.mjs').Fault, drawn: object, at: number }> }}
 */
export function planOf(seed, database) {
  // Neighbours would begin alike.
  const random = randomOf(Math.imul(seed, 2_654_435_761));
  const others = Object.keys(WORKLOADS).filter(kind => kind !== 'evaluation');
  const names = ['evaluation', ...draw(random, others, between(random, 1, 3))];
  const workloads = names.map(name => WORKLOADS[name](random));
  const calls = workloads.reduce((sum, each) => sum + (each.calls ?? 0), 0);
  return { workloads, faults: drawFaults(random, { seed, database, calls }) };
}

function drawFaults(random, { seed, database, calls }) {
  const possible = FAULTS.filter(
    ({ only, since = 1 }) => (!only || only === database) && seed >= since,
  );
  const count = between(random, 3, 6);
  const room = { ...MOST_OF_GROUP };
  const chosen = [];
  while (chosen.length < count) {
    const fault = pick(random, possible);
    if (chosen.includes(fault) || room[fault.group] === 0) continue;
    if (fault.group) room[fault.group] -= 1;
    chosen.push(fault);
  }
  const moments = chosen
    .map(() => Math.round(calls * (FIRST + random() * (LAST - FIRST))))
    .sort((one, other) => one - other);
  return chosen.map((fault, i) => ({
    fault,
    drawn: fault.draw(random),
    at: moments[i],
  }));
}

function draw(random, list, count) {
  const rest = [...list];
  return Array.from(
    { length: count },
    () => rest.splice(Math.floor(random() * rest.length), 1)[0],
  );
}
