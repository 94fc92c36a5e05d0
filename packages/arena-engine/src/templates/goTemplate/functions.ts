import { byteLength } from '../../text/goText';
import { print, printf } from './printf';
import { field, integer, isTrue, plain, printed, Value } from './values';

interface TemplateFunction {
  min: number;
  max: number;
  call: (args: Value[]) => Value;
}

const some = (min: number, call: TemplateFunction['call']) => ({
  min,
  max: Infinity,
  call,
});
const pair = (call: (a: Value, b: Value) => boolean): TemplateFunction => ({
  min: 2,
  max: 2,
  call: ([a, b]) => plain(call(a, b)),
});
const one = (call: (arg: Value) => Value): TemplateFunction => ({
  min: 1,
  max: 1,
  call: ([arg]) => call(arg),
});

/** The functions of templates. `and` and `or` are called only to count their arguments. */
export const FUNCTIONS: Record<string, TemplateFunction> = {
  eq: some(2, ([first, ...others]) =>
    plain(others.some(other => equals(first, other))),
  ),
  ne: pair((a, b) => !equals(a, b)),
  lt: pair((a, b) => order(a, b) < 0),
  le: pair((a, b) => order(a, b) <= 0),
  gt: pair((a, b) => order(a, b) > 0),
  ge: pair((a, b) => order(a, b) >= 0),
  and: some(1, args => args[0]),
  or: some(1, args => args[0]),
  not: one(arg => plain(!isTrue(arg))),
  len: one(({ value }) => integer(length(value))),
  index: some(1, ([container, ...keys]) => keys.reduce(at, container)),
  slice: {
    min: 1,
    max: 4,
    call: ([container, ...ends]) => cut(container, ends),
  },
  print: some(0, args => plain(print(args))),
  println: some(0, args => plain(`${args.map(printed).join(' ')}\n`)),
  printf: some(1, ([format, ...args]) => {
    if (typeof format.value !== 'string')
      throw new Error('printf needs a text');
    return plain(printf(format.value, args));
  }),
  js: some(0, args => plain(escapeJs(print(args)))),
  html: some(0, args => plain(escapeHtml(print(args)))),
  urlquery: some(0, args => plain(escapeQuery(print(args)))),
};

const isNothing = ({ value }: Value) => value === undefined || value === null;

function kindOf({ value, isInteger }: Value): string {
  return typeof value === 'number' && isInteger ? 'integer' : typeof value;
}

function equals(a: Value, b: Value): boolean {
  // A missing argument equals nothing.
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (kindOf(a) !== kindOf(b)) {
    throw new Error('incompatible types for comparison');
  }
  if (typeof a.value === 'object') throw new Error('non-comparable types');
  return a.value === b.value;
}

function order(a: Value, b: Value): number {
  const [left, right] = [a.value, b.value];
  if (kindOf(a) === kindOf(b)) {
    if (typeof left === 'number' && typeof right === 'number') {
      return left - right;
    }
    if (typeof left === 'string' && typeof right === 'string') {
      return Buffer.compare(Buffer.from(left), Buffer.from(right));
    }
    throw new Error('invalid type for comparison');
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
  if (isNothing(container)) throw new Error('index of untyped nil');
  if (Array.isArray(value))
    return plain(value[position(key, value.length - 1)]);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return integer(bytes[position(key, bytes.length - 1)]);
  }
  if (typeof key.value !== 'string') {
    throw new Error(`${printed(key)} is no key of a map`);
  }
  return field(container, key.value);
}

function position({ value, isInteger }: Value, max: number): number {
  if (typeof value !== 'number' || !isInteger) {
    throw new Error('the index is not a whole number');
  }
  if (value < 0 || value > max) throw new Error(`index out of range: ${value}`);
  return value;
}

function cut({ value }: Value, ends: readonly Value[]): Value {
  const isText = typeof value === 'string';
  if (!isText && !Array.isArray(value)) {
    throw new Error("can't slice this value");
  }
  if (isText && ends.length > 2) throw new Error('cannot 3-index slice a text');
  const content = isText ? Buffer.from(value) : value;
  const [from = 0, to = content.length] = ends.map(end =>
    position(end, content.length),
  );
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  const part = content.slice(from, to);
  return plain(Buffer.isBuffer(part) ? part.toString() : part);
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}

function escapeJs(text: string): string {
  return text
    .replace(/[\\'"]/g, '\\$&')
    .replace(/[<>&=]/g, character => `\\u${hexOf(character)}`)
    .replace(/\p{Cc}/gu, character => `\\u${hexOf(character)}`);
}

const HTML: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\ufffd',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\0]/g, character => HTML[character]);
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, '+')
    .replace(
      /[!'()*]/g,
      character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}
