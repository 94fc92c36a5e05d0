/**
 * Reads parameters as the original engine does: a value of another type counts as absent, items of a list that are not
 * texts are dropped.
 */
export class CheckParams {
  constructor(readonly values: Readonly<Record<string, unknown>>) {}

  has(name: string): boolean {
    return Object.hasOwn(this.values, name);
  }

  raw(name: string): unknown {
    return this.has(name) ? this.values[name] : undefined;
  }

  string(name: string): string | undefined {
    const value = this.raw(name);
    return typeof value === 'string' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.raw(name);
    return typeof value === 'number' && !Number.isNaN(value)
      ? value
      : undefined;
  }

  /** The first of several names that has a number other than 0. */
  limit(...names: string[]): number | undefined {
    for (const name of names) {
      const value = this.number(name);
      if (value !== undefined && value !== 0) return value;
    }
    return undefined;
  }

  boolean(name: string): boolean | undefined {
    const value = this.raw(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  strings(name: string): string[] {
    const value = this.raw(name);
    return Array.isArray(value)
      ? value.filter((entry): entry is string => typeof entry === 'string')
      : [];
  }

  list(name: string): unknown[] | undefined {
    const value = this.raw(name);
    return Array.isArray(value) ? value : undefined;
  }

  map(name: string): Record<string, unknown> | undefined {
    return asMap(this.raw(name));
  }

  /** A list of maps; other entries are dropped. */
  maps(name: string): CheckParams[] {
    return (this.list(name) ?? []).flatMap(entry => {
      const map = asMap(entry);
      return map ? [new CheckParams(map)] : [];
    });
  }
}

export function asMap(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}
