import { printFloat } from '../../text/goText';
import { plain, printed, printParts, typeName, Value } from './values';

/** Widest padding: a template must not ask for a gigabyte. */
const MAX_WIDTH = 1_000;
/** Most digits that can be printed. */
const MAX_DIGITS = 40;

interface Directive {
  flags: string;
  width: number;
  precision?: number;
  verb: string;
}

/** Prints by a format; what does not fit it is said in the text, as `%!d(string=x)`. */
export function printf(format: string, args: readonly Value[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+ 0#]*)(\d+)?(?:\.(\d*))?([^\d]?)/gu,
    (_, flags: string, width?: string, precision?: string, verb?: string) => {
      if (!verb) return '%!(NOVERB)';
      if (verb === '%') return '%';
      if (next >= args.length) return `%!${verb}(MISSING)`;
      return printOne(args[next++], {
        flags,
        width: Math.min(Number(width ?? 0), MAX_WIDTH),
        precision:
          precision === undefined
            ? undefined
            : Math.min(Number(precision), MAX_DIGITS),
        verb,
      });
    },
  );
  if (next >= args.length) return text;
  const extra = args.slice(next).map(described).join(', ');
  return `${text}%!(EXTRA ${extra})`;
}

function described(value: Value): string {
  const type = typeName(value);
  return type === '<nil>' ? type : `${type}=${printed(value)}`;
}

function printOne(value: Value, directive: Directive): string {
  const { verb } = directive;
  if (verb === 'T') return pad(typeName(value), directive, false);
  return printParts(value, part => {
    const isNumber = typeof part.value === 'number';
    const text = formatted(part, directive);
    return text === undefined
      ? `%!${verb}(${described(part)})`
      : pad(text, directive, isNumber && verb !== 'q' && verb !== 'c');
  });
}

/** Undefined when the verb does not suit the value. */
function formatted(part: Value, directive: Directive): string | undefined {
  const { value, isInteger } = part;
  const { verb } = directive;
  if (value === undefined || value === null) {
    return verb === 'v' ? '<nil>' : undefined;
  }
  if (typeof value === 'string') return formatText(value, directive);
  if (typeof value === 'boolean') {
    return verb === 't' || verb === 'v' ? String(value) : undefined;
  }
  if (typeof value !== 'number') return undefined;
  const text = isInteger
    ? formatInteger(value, verb)
    : formatFloat(value, directive);
  if (text === undefined || value < 0 || verb === 'q') return text;
  if (directive.flags.includes('+')) return `+${text}`;
  return directive.flags.includes(' ') ? ` ${text}` : text;
}

function formatText(
  text: string,
  { verb, precision }: Directive,
): string | undefined {
  const cut =
    precision === undefined
      ? text
      : Array.from(text).slice(0, precision).join('');
  switch (verb) {
    case 's':
    case 'v':
      return cut;
    case 'q':
      return JSON.stringify(cut);
    case 'x':
      return Buffer.from(cut).toString('hex');
    case 'X':
      return Buffer.from(cut).toString('hex').toUpperCase();
    default:
      return undefined;
  }
}

const BASES: Record<string, number> = {
  d: 10,
  v: 10,
  b: 2,
  o: 8,
  x: 16,
  X: 16,
};

function formatInteger(value: number, verb: string): string | undefined {
  if (verb === 'c') return String.fromCodePoint(value);
  if (verb === 'q') return `'${String.fromCodePoint(value)}'`;
  if (verb === 'U') {
    return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  const base = BASES[verb];
  if (base === undefined) return undefined;
  const text = value.toString(base);
  return verb === 'X' ? text.toUpperCase() : text;
}

function formatFloat(
  value: number,
  { verb, precision }: Directive,
): string | undefined {
  switch (verb) {
    case 'f':
    case 'F':
      return toFixedEven(value, precision ?? 6);
    case 'e':
      return withExponent(value.toExponential(precision ?? 6));
    case 'E':
      return withExponent(value.toExponential(precision ?? 6)).toUpperCase();
    case 'g':
    case 'v':
      return precision === undefined
        ? printFloat(value)
        : toSignificant(value, precision);
    default:
      return undefined;
  }
}

function withExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function toSignificant(value: number, precision: number): string {
  const digits = Math.max(precision, 1);
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  if (Number(exponent) < -4 || Number(exponent) >= digits) {
    return withExponent(`${withoutZeros(mantissa)}e${exponent}`);
  }
  return withoutZeros(
    value.toFixed(Math.max(0, digits - 1 - Number(exponent))),
  );
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function pad(
  text: string,
  { flags, width }: Directive,
  zeros: boolean,
): string {
  const missing = width - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!zeros || !flags.includes('0')) return ' '.repeat(missing) + text;
  const [, sign, digits] = /^([+\- ]?)([\s\S]*)$/.exec(text) ?? ['', '', text];
  return sign + '0'.repeat(missing) + digits;
}

/** Rounds exact halves to the even digit; JavaScript rounds them up. */
function toFixedEven(value: number, precision: number): string {
  const exact = value.toFixed(Math.min(100, precision + 60));
  const cut = exact.length - 60;
  if (!/^50*$/.test(exact.slice(cut))) return value.toFixed(precision);
  const down = exact.slice(0, cut).replace(/\.$/, '');
  const isEven = Number(down[down.length - 1]) % 2 === 0;
  return isEven ? down : value.toFixed(precision);
}

/** Prints several values in a row; a blank stands between two that are no texts. */
export function print(args: readonly Value[]): string {
  let text = '';
  args.forEach((arg, index) => {
    const before = args[index - 1] ?? plain('');
    const areTexts = [arg, before].some(
      ({ value }) => typeof value === 'string',
    );
    text += (areTexts ? '' : ' ') + printed(arg);
  });
  return text;
}
