import { printFloat } from '../../text/goText';
import { compareBytes } from '../../text/goText';

/** A value of a template. Arguments of a tool came through JSON: their numbers are floats. */
export interface Value {
  value: unknown;
  /** A whole number that stood in the template itself, or counts something. */
  isInteger: boolean;
}

export function plain(value: unknown): Value {
  return { value, isInteger: false };
}

export function integer(value: number): Value {
  return { value, isInteger: true };
}

export function isTrue({ value }: Value): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' ? Object.keys(value).length > 0 : true;
}

/** Name of a value's type, as messages about wrong types have it. */
export function typeName({ value, isInteger }: Value): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'number') return isInteger ? 'int' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** Keys of a map in their order. */
export function sortedKeys(map: object): string[] {
  return Object.keys(map).sort(compareBytes);
}

/** Prints a value whose parts are printed by `one`. */
export function printParts(value: Value, one: (part: Value) => string): string {
  const content = value.value;
  if (Array.isArray(content)) {
    return `[${content.map(part => printParts(plain(part), one)).join(' ')}]`;
  }
  if (content !== null && typeof content === 'object') {
    const entries = sortedKeys(content).map(
      key =>
        `${one(plain(key))}:${printParts(
          plain(Reflect.get(content, key)),
          one,
        )}`,
    );
    return `map[${entries.join(' ')}]`;
  }
  return one(value);
}

/** Prints a value within other text; nothing is `<nil>`. */
export function printed(value: Value): string {
  return printParts(value, part => {
    if (part.value === undefined || part.value === null) return '<nil>';
    return typeof part.value === 'number' && !part.isInteger
      ? printFloat(part.value)
      : String(part.value);
  });
}

/** Prints the value of an action; nothing is `<no value>`. */
export function printedAlone(value: Value): string {
  return value.value === undefined || value.value === null
    ? '<no value>'
    : printed(value);
}

/** A field of a map; a missing one has no value. */
export function field({ value }: Value, name: string): Value {
  if (value === undefined || value === null) {
    throw new Error(`nil pointer evaluating .${name}`);
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`can't evaluate field ${name}`);
  }
  return plain(
    Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined,
  );
}
