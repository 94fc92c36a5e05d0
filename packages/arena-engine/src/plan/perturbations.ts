import { TurnSpec } from '../bundle/schemas/scenario';

/** The values that one variant gives to the keys of a scenario's perturbations. */
export type VariantValues = Readonly<Record<string, string>>;

/** Every combination of a scenario's perturbation values, as axes instead of a list. */
export class Perturbations {
  readonly count: number;
  private readonly axes: Array<{ key: string; values: string[] }>;

  constructor(turns: readonly TurnSpec[]) {
    const byKey = new Map<string, Set<string>>();
    for (const turn of turns) {
      for (const [key, values] of Object.entries(turn.perturbations ?? {})) {
        const known = byKey.get(key) ?? new Set();
        values.forEach(value => known.add(String(value)));
        byKey.set(key, known);
      }
    }
    this.axes = [...byKey]
      .filter(([, values]) => values.size > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, values]) => ({ key, values: [...values] }));
    this.count = this.axes.reduce((n, axis) => n * axis.values.length, 1);
  }

  get isEmpty(): boolean {
    return this.axes.length === 0;
  }

  /** The combination of a zero-based variant. The last key changes fastest. */
  values(variant: number): VariantValues {
    const result: Record<string, string> = {};
    let rest = variant % this.count;
    for (const { key, values } of [...this.axes].reverse()) {
      result[key] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    return result;
  }
}
