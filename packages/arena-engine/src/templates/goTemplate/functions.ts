import { byteLength, goJson, printFloat, printValue } from '../../text/goText';

/** A value of a template. Arguments of a tool came through JSON: their numbers are floats. */
export interface Value {
  value: unknown;
  /** A whole number that stood in the template itself. */
  isInteger: boolean;
}

export const MISSING: Value = { value: undefined, isInteger: false };

export function isTrue({ value }: Value): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (value === 0 || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' ? Object.keys(value).length > 0 : true;
}

export function print({ value, isInteger }: Value): string {
  if (value === undefined || value === null) return '<no value>';
  return printValue(value, isInteger ? 'yaml' : 'float');
}

type TemplateFunction = (args: Value[]) => Value;

const plain = (value: unknown): Value => ({ value, isInteger: false });

/** The comparisons and printing that mock templates use. */
export const FUNCTIONS: Record<string, TemplateFunction> = {
  eq: args => plain(args.slice(1).some(other => compare(args[0], other) === 0)),
  ne: args => plain(compare(args[0], args[1]) !== 0),
  lt: args => plain(compare(args[0], args[1]) < 0),
  le: args => plain(compare(args[0], args[1]) <= 0),
  gt: args => plain(compare(args[0], args[1]) > 0),
  ge: args => plain(compare(args[0], args[1]) >= 0),
  and: args => args.find(arg => !isTrue(arg)) ?? args[args.length - 1],
  or: args => args.find(isTrue) ?? args[args.length - 1],
  not: ([arg]) => plain(!isTrue(arg)),
  len: ([{ value }]) => ({ value: length(value), isInteger: true }),
  index: ([container, ...keys]) => keys.reduce(at, container),
  print: args => plain(args.map(print).join('')),
  println: args => plain(`${args.map(print).join(' ')}\n`),
  printf: ([format, ...args]) => plain(printf(String(format.value), args)),
  js: ([arg]) => plain(JSON.stringify(print(arg)).slice(1, -1)),
  html: ([arg]) => plain(goJson(print(arg)).slice(1, -1)),
  urlquery: ([arg]) => plain(encodeURIComponent(print(arg))),
};

function compare(a: Value | undefined, b: Value | undefined): number {
  if (!a || !b) throw new Error('missing argument for comparison');
  const [left, right] = [a.value, b.value];
  if (typeof left === 'number' && typeof right === 'number') {
    if (a.isInteger !== b.isInteger) {
      throw new Error('incompatible types for comparison');
    }
    return left - right;
  }
  if (typeof left === 'string' && typeof right === 'string') {
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') {
    return Number(left) - Number(right);
  }
  // A missing argument equals nothing.
  if (
    left === undefined ||
    right === undefined ||
    left === null ||
    right === null
  ) {
    return (left ?? null) === (right ?? null) ? 0 : 1;
  }
  throw new Error('incompatible types for comparison');
}

function length(value: unknown): number {
  if (typeof value === 'string') return byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (value !== null && typeof value === 'object')
    return Object.keys(value).length;
  throw new Error('len of a value that has no length');
}

function at(container: Value, key: Value): Value {
  const { value } = container;
  if (Array.isArray(value)) {
    const index = Number(key.value);
    if (!(index >= 0 && index < value.length)) {
      throw new Error(`index out of range: ${print(key)}`);
    }
    return plain(value[index]);
  }
  return field(container, String(key.value));
}

/** A field of a map; a missing one has no value. */
export function field({ value }: Value, name: string): Value {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    if (value === undefined || value === null) {
      throw new Error(`nil pointer evaluating .${name}`);
    }
    throw new Error(`can't evaluate field ${name}`);
  }
  return Object.hasOwn(value, name) ? plain(Reflect.get(value, name)) : MISSING;
}

function printf(format: string, args: Value[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([vdsqfgetx%])/g,
    (
      _,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      verb: string,
    ) => {
      if (verb === '%') return '%';
      if (next >= args.length) return `%!${verb}(MISSING)`;
      return pad(formatOne(verb, precision, args[next++]), flags, width);
    },
  );
  return next < args.length ? `${text}%!(EXTRA)` : text;
}

function formatOne(
  verb: string,
  precision: string | undefined,
  arg: Value,
): string {
  const { value } = arg;
  switch (verb) {
    case 'd':
      return typeof value === 'number' && arg.isInteger
        ? String(value)
        : `%!d(${print(arg)})`;
    case 'f':
      return typeof value === 'number'
        ? toFixedEven(value, Number(precision ?? 6))
        : `%!f(${print(arg)})`;
    case 'g':
      return typeof value === 'number'
        ? printFloat(value)
        : `%!g(${print(arg)})`;
    case 'q':
      return JSON.stringify(print(arg));
    default:
      return precision === undefined
        ? print(arg)
        : print(arg).slice(0, Number(precision));
  }
}

/** Widest padding: a template must not ask for a gigabyte. */
const MAX_WIDTH = 1_000;

function pad(text: string, flags: string, width: string | undefined): string {
  const columns = Math.min(Number(width ?? 0), MAX_WIDTH);
  if (flags.includes('-')) return text.padEnd(columns);
  return text.padStart(columns, flags.includes('0') ? '0' : ' ');
}

/** Most digits that can be printed. */
const MAX_DIGITS = 40;

/** Rounds exact halves to the even digit; JavaScript rounds them up. */
function toFixedEven(value: number, precision: number): string {
  const digits = Math.min(precision, MAX_DIGITS);
  const exact = value.toFixed(Math.min(100, digits + 60));
  const cut = exact.length - 60;
  if (!/^50*$/.test(exact.slice(cut))) return value.toFixed(digits);
  const down = exact.slice(0, cut).replace(/\.$/, '');
  const isEven = Number(down[down.length - 1]) % 2 === 0;
  return isEven ? down : value.toFixed(digits);
}
