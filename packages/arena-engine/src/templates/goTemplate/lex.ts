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
    let result = trimNext ? text.replace(/^\s+/, '') : text;
    if (trimEnd) result = result.replace(/\s+$/, '');
    if (result !== '') pieces.push({ kind: 'text', text: result });
  };
  while (position < source.length) {
    const open = source.indexOf('{{', position);
    if (open < 0) {
      pushText(source.slice(position), false);
      return pieces;
    }
    const close = source.indexOf('}}', open);
    if (close < 0) throw new Error('unclosed action');
    let inside = source.slice(open + 2, close);
    const trimBefore = /^-\s/.test(inside);
    const trimAfter = /\s-$/.test(inside);
    pushText(source.slice(position, open), trimBefore);
    if (trimBefore) inside = inside.slice(1);
    if (trimAfter) inside = inside.slice(0, -1);
    trimNext = trimAfter;
    const action = inside.trim();
    if (!/^\/\*[\s\S]*\*\/$/.test(action)) {
      pieces.push({ kind: 'action', source: action });
    }
    position = close + 2;
  }
  return pieces;
}

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*")|(`[^`]*`)|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|((?:\.[A-Za-z_]\w*)+|\.)|([A-Za-z_]\w*)|([()|]))/y;

export type Token =
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number; isInteger: boolean }
  | { kind: 'field'; path: string[] }
  | { kind: 'name'; name: string }
  | { kind: 'symbol'; symbol: string };

/** Splits the inside of an action. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  while (end < source.length) {
    if (source.slice(end).trim() === '') break;
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(source);
    if (!match)
      throw new Error(`unexpected ${JSON.stringify(source.slice(end))}`);
    end = TOKEN.lastIndex;
    const [, quoted, raw, number, field, name, symbol] = match;
    if (quoted !== undefined) {
      tokens.push({ kind: 'string', value: JSON.parse(quoted) });
    } else if (raw !== undefined) {
      tokens.push({ kind: 'string', value: raw.slice(1, -1) });
    } else if (number !== undefined) {
      tokens.push({
        kind: 'number',
        value: Number(number),
        isInteger: /^[+-]?\d+$/.test(number),
      });
    } else if (field !== undefined) {
      tokens.push({ kind: 'field', path: field.split('.').filter(Boolean) });
    } else if (name !== undefined) {
      tokens.push({ kind: 'name', name });
    } else {
      tokens.push({ kind: 'symbol', symbol });
    }
  }
  return tokens;
}
