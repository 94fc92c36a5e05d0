import { Pattern, compilePattern } from '../regex';

/** What makes a schema none. */
export class SchemaFault extends Error {}

/** One map of a schema: reads its keywords, and refuses values of a wrong shape. */
export class SchemaReader {
  private readonly values: ReadonlyMap<string, unknown>;

  constructor(map: object, readonly at: string) {
    this.values = new Map(Object.entries(map));
  }

  has(key: string): boolean {
    return this.values.has(key);
  }

  raw(key: string): unknown {
    return this.values.get(key);
  }

  text(key: string): string | undefined {
    if (!this.has(key)) return undefined;
    const value = this.raw(key);
    if (typeof value === 'string') return value;
    throw this.fault(key, 'a text');
  }

  number(key: string): number | undefined {
    if (!this.has(key)) return undefined;
    const value = this.raw(key);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.fault(key, 'a number');
  }

  /** A number of things. */
  count(key: string): number | undefined {
    const value = this.number(key);
    if (value === undefined || (Number.isInteger(value) && value >= 0)) {
      return value;
    }
    throw this.fault(key, 'a whole number, not below 0');
  }

  flag(key: string): boolean | undefined {
    if (!this.has(key)) return undefined;
    const value = this.raw(key);
    if (typeof value === 'boolean') return value;
    throw this.fault(key, 'true or false');
  }

  list(key: string): unknown[] | undefined {
    if (!this.has(key)) return undefined;
    const value = this.raw(key);
    if (Array.isArray(value)) return value;
    throw this.fault(key, 'a list');
  }

  /** Texts that all differ. */
  names(key: string): string[] | undefined {
    const names = this.list(key)?.map(entry => {
      if (typeof entry === 'string') return entry;
      throw this.fault(key, 'a list of texts');
    });
    if (names && new Set(names).size < names.length) {
      throw this.fault(key, 'texts that all differ');
    }
    return names;
  }

  entries(key: string): Array<[string, unknown]> {
    if (!this.has(key)) return [];
    const value = this.raw(key);
    if (isMap(value)) return Object.entries(value);
    throw this.fault(key, 'a map');
  }

  pattern(key: string): Pattern | undefined {
    const source = this.text(key);
    return source === undefined ? undefined : this.compile(key, source);
  }

  compile(key: string, source: string): Pattern {
    const compiled = compilePattern(source);
    if (typeof compiled !== 'string') return compiled;
    throw new SchemaFault(`invalid schema${this.at}.${key}: ${compiled}`);
  }

  fault(key: string, expected: string): SchemaFault {
    return new SchemaFault(
      `invalid schema${this.at}.${key}: ${shorten(
        this.raw(key),
      )} is not ${expected}`,
    );
  }
}

export function isMap(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
