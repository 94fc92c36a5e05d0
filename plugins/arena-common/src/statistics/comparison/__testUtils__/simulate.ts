import { CountedCell } from '../types';

/** Simulated tests of a system. */
export interface Suite {
  scenarios: number;
  /** Of each scenario, each with its own provider. */
  cells?: number;
  trials: number;
  /** Whether all trials of a scenario end alike, as those of a model at temperature 0. */
  agree?: boolean;
  /** Chance that a trial passes, by scenario. */
  rateOf: (scenario: number) => number;
}

/** Results of a run of a suite. */
export function simulateRun(
  { scenarios, cells = 1, trials, agree, rateOf }: Suite,
  random: () => number,
): CountedCell[] {
  const counted: CountedCell[] = [];
  for (let s = 0; s < scenarios; s += 1) {
    for (let p = 0; p < cells; p += 1) {
      let passed = 0;
      const draws = agree ? 1 : trials;
      for (let t = 0; t < draws; t += 1) {
        if (random() < rateOf(s)) passed += trials / draws;
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
