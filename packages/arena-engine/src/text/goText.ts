/**
 * Text functions that give the results of the Go functions which the bundle format was defined by: lengths in bytes,
 * case folding per character, numbers printed with at most 6 digits before the exponent form.
 */

/** The only characters whose lower case depends on their neighbours, or is more than one character. */
const SPECIAL_CASE = /[\u0130\u03a3]/;

/** Length in UTF-8 bytes. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The first `max` bytes; a character that would be split is left out. */
export function truncateBytes(text: string, max: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= max) return text;
  let end = Math.max(0, max);
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** Takes the place of a byte that is no character by itself. */
const SUBSTITUTE = '\u001a';

/** Exactly the first `max` bytes; each byte of a character that is split is one of the character SUB. */
export function cutBytes(text: string, max: number): string {
  const kept = truncateBytes(text, max);
  const missing = Math.min(max, byteLength(text)) - byteLength(kept);
  return kept + SUBSTITUTE.repeat(Math.max(0, missing));
}

/**
 * Lower-cases each character on its own. JavaScript's `toLowerCase` looks at neighbours (a capital sigma at the end of
 * a word becomes a final sigma), which would match other texts.
 */
export function lowerCase(text: string): string {
  if (!SPECIAL_CASE.test(text)) return text.toLowerCase();
  let result = '';
  for (const character of text) {
    const lower = character.toLowerCase();
    const first = lower.codePointAt(0);
    result += first === undefined ? '' : String.fromCodePoint(first);
  }
  return result;
}

/** Prints a floating point number as Go's `%v` does. */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  // JavaScript switches to the exponent form at 10^21, Go at 10^6.
  if (exponent < -4 || exponent >= 6) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return plainDecimal(mantissa, exponent);
}

function plainDecimal(mantissa: string, exponent: number): string {
  const negative = mantissa.startsWith('-');
  const digits = mantissa.replace(/[-.]/g, '');
  let text: string;
  if (exponent < 0) {
    text = `0.${'0'.repeat(-exponent - 1)}${digits}`;
  } else if (digits.length <= exponent + 1) {
    text = digits.padEnd(exponent + 1, '0');
  } else {
    text = `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
  }
  return negative ? `-${text}` : text;
}

/**
 * Prints a value as Go's `%v` does.
 *
 * @param numbers - `float` for values that came through JSON, where every number is a float; `yaml` for values that
 * stood in YAML, where whole numbers are integers.
 */
export function printValue(
  value: unknown,
  numbers: 'float' | 'yaml' = 'float',
): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    return numbers === 'yaml' && Number.isInteger(value)
      ? BigInt(value).toString()
      : printFloat(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(entry => printValue(entry, numbers)).join(' ')}]`;
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value)
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([key, entry]) => `${key}:${printValue(entry, numbers)}`);
    return `map[${entries.join(' ')}]`;
  }
  return String(value);
}

/** Order of UTF-8 bytes, which is the order of code points. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const JSON_ESCAPES: Record<string, string> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON with sorted keys and the escapes that keep it safe inside HTML. */
export function goJson(value: unknown, indent?: number): string {
  const state = { hasNumericKeys: false };
  const sorted = sortKeys(value, state);
  const text =
    (state.hasNumericKeys
      ? writeJson(sorted, ' '.repeat(indent ?? 0), '\n')
      : JSON.stringify(sorted, undefined, indent)) ?? 'null';
  return text.replace(/[<>&\u2028\u2029]/g, match => JSON_ESCAPES[match]);
}

const NUMERIC = /^(?:0|[1-9][0-9]*)$/;

function sortKeys(value: unknown, state: { hasNumericKeys: boolean }): unknown {
  if (Array.isArray(value)) return value.map(entry => sortKeys(entry, state));
  if (value !== null && typeof value === 'object') {
    // A map without prototype: `__proto__` is a key like any other.
    const sorted: Record<string, unknown> = Object.create(null);
    for (const [key, entry] of Object.entries(value).sort(([a], [b]) =>
      compareBytes(a, b),
    )) {
      sorted[key] = sortKeys(entry, state);
      if (NUMERIC.test(key)) state.hasNumericKeys = true;
    }
    return sorted;
  }
  return value;
}

/** Writes what `JSON.stringify` cannot: it puts keys that look like numbers first, by their size. */
function writeJson(value: unknown, indent: string, line: string): string {
  if (value === null || typeof value !== 'object') {
    return JSON.stringify(value) ?? 'null';
  }
  const inner = line + indent;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const colon = indent === '' ? ':' : ': ';
  const parts = Array.isArray(value)
    ? value.map(entry => writeJson(entry, indent, inner))
    : Object.keys(value)
        .sort(compareBytes)
        .filter(key => Reflect.get(value, key) !== undefined)
        .map(
          key =>
            JSON.stringify(key) +
            colon +
            writeJson(Reflect.get(value, key), indent, inner),
        );
  if (parts.length === 0) return open + close;
  return indent === ''
    ? open + parts.join(',') + close
    : open + inner + parts.join(`,${inner}`) + line + close;
}
