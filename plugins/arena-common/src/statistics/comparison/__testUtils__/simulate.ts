import { CountedCell } from '../types';

/** Simulated tests of a system. */
export interface Suite {
  scenarios: number;
  /** Of each scenario, each with its own provider. */
  cells?: number;
  trials: number;
  /** Chance that a trial passes, by scenario. */
  rateOf: (scenario: number) => number;
}

/** Results of a run of a suite. */
export function simulateRun(
  { scenarios, cells = 1, trials, rateOf }: Suite,
  random: () => number,
): CountedCell[] {
  const counted: CountedCell[] = [];
  for (let s = 0; s < scenarios; s += 1) {
    for (let p = 0; p < cells; p += 1) {
      let passed = 0;
      for (let t = 0; t < trials; t += 1) {
        if (random() < rateOf(s)) passed += 1;
      }
      counted.push(cell({ scenario: s, provider: p, judged: trials, passed }));
    }
  }
  return counted;
}

/** A cell of a scenario whose content never changes. */
export function cell(options: {
  scenario: number;
  provider?: number;
  judged: number;
  passed: number;
}): CountedCell {
  const { scenario, provider = 0, judged, passed } = options;
  return {
    scenario: `scenario-${scenario}`,
    scenarioKey: `key-${scenario}`,
    provider: `provider-${provider}`,
    region: 'default',
    variant: 0,
    judged,
    passed,
  };
}

/** A repeatable generator of numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The most that a share of `chance` exceeds in `count` draws, but for once in a thousand times. */
export function mostExpected(chance: number, count: number): number {
  let weight = (1 - chance) ** count;
  let sum = weight;
  let most = 0;
  while (sum < 0.999) {
    weight *= ((count - most) / (most + 1)) * (chance / (1 - chance));
    most += 1;
    sum += weight;
  }
  return most;
}
