/** A piece of a template: text, or the inside of `{{ }}`. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'action'; source: string };

/** Splits a template and applies the trim markers `{{-` and `-}}`. */
export function splitTemplate(source: string): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  let trimNext = false;
  const pushText = (text: string, trimEnd: boolean) => {
    let result = trimNext ? text.replace(/^[ \t\r\n]+/, '') : text;
    if (trimEnd) result = result.replace(/[ \t\r\n]+$/, '');
    if (result !== '') pieces.push({ kind: 'text', text: result });
  };
  while (position < source.length) {
    const open = source.indexOf('{{', position);
    if (open < 0) {
      pushText(source.slice(position), false);
      return pieces;
    }
    const close = endOfAction(source, open + 2);
    let inside = source.slice(open + 2, close);
    const trimBefore = /^-[ \t\r\n]/.test(inside);
    const trimAfter = /[ \t\r\n]-$/.test(inside);
    pushText(source.slice(position, open), trimBefore);
    if (trimBefore) inside = inside.slice(2);
    if (trimAfter) inside = inside.slice(0, -2);
    trimNext = trimAfter;
    if (!/^\/\*[\s\S]*\*\/$/.test(inside)) {
      pieces.push({ kind: 'action', source: inside.trim() });
    }
    position = close + 2;
  }
  return pieces;
}

const LITERAL =
  /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|\/\*[\s\S]*?\*\/|\}\}/g;

/** Brackets within texts and comments do not end an action. */
function endOfAction(source: string, from: number): number {
  LITERAL.lastIndex = from;
  for (;;) {
    const match = LITERAL.exec(source);
    if (!match) throw new Error('unclosed action');
    if (match[0] === '}}') return match.index;
  }
}

const NAME = '[\\p{L}_][\\p{L}\\p{Nd}_]*';
const TOKEN = new RegExp(
  [
    '(\\s*)(?:("(?:[^"\\\\\\n]|\\\\.)*")',
    '(`[^`]*`)',
    "('(?:[^'\\\\\\n]|\\\\.)+')",
    '([+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?))',
    `((?:\\.${NAME})+|\\.)`,
    `(\\$(?:${NAME})?(?:\\.${NAME})*)`,
    `(${NAME})`,
    '(:=|[()|,=]))',
  ].join('|'),
  'yu',
);

export type Token = { isGlued: boolean } & (
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number; isInteger: boolean }
  | { kind: 'field'; path: string[] }
  | { kind: 'variable'; name: string; path: string[] }
  | { kind: 'name'; name: string }
  | { kind: 'symbol'; symbol: string }
);

/** Splits the inside of an action. A token is glued when no blank stands before it. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  while (end < source.length) {
    if (source.slice(end).trim() === '') break;
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(source);
    if (!match) {
      throw new Error(`unexpected ${JSON.stringify(source.slice(end))}`);
    }
    end = TOKEN.lastIndex;
    const [, blank, ...groups] = match;
    tokens.push({
      isGlued: blank === '' && tokens.length > 0,
      ...toToken(groups),
    });
  }
  return tokens;
}

type Content = Token extends infer T
  ? T extends Token
    ? Omit<T, 'isGlued'>
    : never
  : never;

function toToken(groups: Array<string | undefined>): Content {
  const [quoted, raw, character, number, field, variable, name, symbol] =
    groups;
  if (quoted !== undefined) return { kind: 'string', value: unquote(quoted) };
  if (raw !== undefined) return { kind: 'string', value: raw.slice(1, -1) };
  if (character !== undefined) {
    const value = unquote(character).codePointAt(0) ?? 0;
    return { kind: 'number', value, isInteger: true };
  }
  if (number !== undefined) return toNumber(number);
  if (field !== undefined) {
    return { kind: 'field', path: field.split('.').filter(Boolean) };
  }
  if (variable !== undefined) {
    const [head, ...path] = variable.split('.');
    return { kind: 'variable', name: head, path };
  }
  if (name !== undefined) return { kind: 'name', name };
  return { kind: 'symbol', symbol: symbol ?? '' };
}

function toNumber(text: string): Content {
  const digits = text.replace(/_/g, '').toLowerCase();
  const sign = digits.startsWith('-') ? -1 : 1;
  const plain = digits.replace(/^[+-]/, '');
  const octal = /^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain;
  return {
    kind: 'number',
    value: sign * Number(octal),
    isInteger: /^0[xbo]|^\d+$/.test(plain),
  };
}

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\'"])|([\s\S]))/g;

function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(ESCAPE, (_, hex, short, long, octal, plain, unknown) => {
      if (unknown !== undefined) throw new Error(`unknown escape \\${unknown}`);
      if (plain !== undefined) return ESCAPES[plain] ?? plain;
      return String.fromCodePoint(
        octal === undefined
          ? parseInt(hex ?? short ?? long, 16)
          : parseInt(octal, 8),
      );
    });
}
