import { asMap } from '../../checks/CheckParams';
import { seededRandom } from '../../util/seededRandom';

/** The file is YAML, but no script. */
export class FormError extends Error {}

type Pool = { values: string[] } | { from: number; to: number };

/** Values within values. */
const MAX_DEPTH = 4;

const PLACEHOLDER = /\{\{\s*([\w-]+)\s*\}\}/g;

/**
 * Values for `{{name}}` in the answers of a mock: an extension for runs that generate data, where equal answers would be one row. The choice
 * follows from the seed of the call and the name, so that a name means the same throughout a conversation.
 */
export class MockPools {
  private constructor(private readonly pools: ReadonlyMap<string, Pool>) {}

  static readonly NONE = new MockPools(new Map());

  /** @throws FormError */
  static read(map: Record<string, unknown>): MockPools {
    return new MockPools(
      new Map(
        Object.entries(map).map(([name, value]) => [
          name,
          readPool(value, `pools.${name}`),
        ]),
      ),
    );
  }

  /** Values may name other pools. Names without a pool stay as they are. */
  fill(text: string, seed: number): string {
    if (this.pools.size === 0) return text;
    let filled = text;
    for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
      const before = filled;
      filled = before.replace(PLACEHOLDER, (whole, name: string) => {
        const pool = this.pools.get(name);
        return pool ? choose(pool, name, seed) : whole;
      });
      if (filled === before) break;
    }
    return filled;
  }
}

function choose(pool: Pool, name: string, seed: number): string {
  let state = seed;
  for (const character of name) {
    state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  }
  const random = seededRandom(state)();
  if ('values' in pool) {
    return pool.values[Math.floor(random * pool.values.length)];
  }
  return String(pool.from + Math.floor(random * (pool.to - pool.from + 1)));
}

function readPool(value: unknown, where: string): Pool {
  if (Array.isArray(value) && value.length > 0 && value.every(isScalar)) {
    return { values: value.map(String) };
  }
  const { from, to } = asMap(value) ?? {};
  if (
    Number.isInteger(from) &&
    Number.isInteger(to) &&
    Number(from) <= Number(to)
  ) {
    return { from: Number(from), to: Number(to) };
  }
  throw new FormError(
    `${where} is ${JSON.stringify(
      value,
    )}: allowed are lists of texts and numbers, and {from, to} with whole numbers`,
  );
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
