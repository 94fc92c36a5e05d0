import { InputError } from '@backstage/errors';
import type { RunPlan } from '../plan/RunPlan';
import { matchesScenario } from '../resources/semantics/scenarioGlobs';
import { goldenFraction } from './goldenFraction';

/** A weight for some of the cells; see `spec.loadTest.mix`. @public */
export interface MixEntry {
  /** Pattern as in `spec.scenarios.include`. Absent: all. */
  scenario?: string;
  /** Id of a provider of the run. Absent: all. */
  provider?: string;
  weight: number;
}

/** Arrivals after which the order begins again, at most. */
const MAX_PERIOD = 1_000_000;

interface Cell {
  scenario: number;
  /** Position among the scenario's providers. */
  provider: number;
  weight: number;
}

/**
 * Which item each arrival plays: the cells (a scenario on a provider) take turns by their weights, evenly mixed; the arrivals of a cell go through
 * its regions, variants and trials. A closed formula, as the schedule is.
 *
 * @public
 */
export class ArrivalMix {
  /** Arrivals in which each cell has as many turns as its weight (reduced) says. */
  readonly period: number;
  private readonly cells: readonly Cell[];
  /** Cell of each turn of the period, and how many turns it had in the period before. */
  private readonly turns: Uint32Array;
  private readonly turnsBefore: Uint32Array;

  /** @throws InputError when an entry fits nothing, or nothing has a weight */
  constructor(private readonly plan: RunPlan, mix: readonly MixEntry[] = []) {
    this.cells = weigh(plan, mix);
    this.period = this.cells.reduce((sum, { weight }) => sum + weight, 0);
    if (this.period > MAX_PERIOD) {
      throw new InputError(
        `mix: the weights make an order of ${this.period} arrivals: allowed is ${MAX_PERIOD}; use smaller weights, or ones with a common divisor`,
      );
    }
    // The turns of each cell are spread evenly over the period, and all are put in order.
    const places = this.cells.flatMap(({ weight }, cell) =>
      Array.from({ length: weight }, (_, turn) => ({
        cell,
        turn,
        at: (turn + 0.5) / weight,
      })),
    );
    places.sort((a, b) => a.at - b.at || a.cell - b.cell);
    this.turns = Uint32Array.from(places, ({ cell }) => cell);
    this.turnsBefore = Uint32Array.from(places, ({ turn }) => turn);
  }

  /** Index of the item in the plan that an arrival plays. */
  itemOf(number: number): number {
    const { plan, period } = this;
    const round = Math.floor(number / period);
    // Each round begins elsewhere, so that a worker who has every second arrival does not have every second cell.
    const shift = Math.floor(goldenFraction(round) * period);
    const turn = (number + shift) % period;
    const { scenario: s, provider, weight } = this.cells[this.turns[turn]];
    const scenario = plan.scenarios[s];
    const perProvider = scenario.variants * scenario.trials;
    const nth =
      (round * weight + this.turnsBefore[turn]) %
      (plan.regions.length * perProvider);
    const region = Math.floor(nth / perProvider);
    return (
      plan.offsets[s] +
      (region * scenario.providers.length + provider) * perProvider +
      (nth % perProvider)
    );
  }
}

function weigh(plan: RunPlan, mix: readonly MixEntry[]): Cell[] {
  const entries = mix.map((entry, index) => ({
    ...entry,
    scenarios: scenariosOf(plan, entry, index),
  }));
  const cells = plan.scenarios.flatMap(({ providers }, scenario) =>
    providers.map((each, provider) => {
      const entry = entries.find(
        ({ scenarios, provider: id }) =>
          (!scenarios || scenarios.has(scenario)) &&
          (id === undefined || id === plan.providers[each].id),
      );
      return { scenario, provider, weight: entry?.weight ?? 1 };
    }),
  );
  const used = cells.filter(({ weight }) => weight > 0);
  if (used.length === 0) {
    throw new InputError('mix: nothing has a weight above 0');
  }
  const divisor = used.reduce((all, { weight }) => gcd(all, weight), 0);
  return used.map(cell => ({ ...cell, weight: cell.weight / divisor }));
}

/** Positions of the scenarios that an entry means; undefined: all. */
function scenariosOf(
  plan: RunPlan,
  { scenario, provider }: MixEntry,
  index: number,
): Set<number> | undefined {
  if (
    provider !== undefined &&
    plan.providers.every(({ id }) => id !== provider)
  ) {
    throw new InputError(
      `mix[${index}].provider: "${provider}" is not in the run: allowed are ${plan.providers
        .map(({ id }) => id)
        .join(', ')}`,
    );
  }
  if (scenario === undefined) return undefined;
  const found = plan.scenarios.flatMap(({ id, file }, position) =>
    matchesScenario(scenario, { id, path: file }) ? [position] : [],
  );
  if (found.length === 0) {
    throw new InputError(
      `mix[${index}].scenario: "${scenario}" fits no scenario of the run`,
    );
  }
  return new Set(found);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
