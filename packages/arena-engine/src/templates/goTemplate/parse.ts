import { Piece, splitTemplate, Token, tokenize } from './lex';

/** A command: a function with arguments, or a single value. */
export type Operand =
  | { kind: 'literal'; value: unknown; isInteger: boolean }
  | { kind: 'field'; path: string[] }
  | { kind: 'call'; name: string; args: Operand[] };

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'print'; value: Operand }
  | {
      kind: 'if' | 'with' | 'range';
      value: Operand;
      body: Node[];
      otherwise: Node[];
    };

/** @throws Error when the template is wrong. */
export function parseTemplate(source: string): Node[] {
  const pieces = splitTemplate(source);
  const cursor = { pieces, position: 0 };
  const { nodes, end } = parseList(cursor);
  if (end !== undefined) throw new Error(`unexpected {{${end}}}`);
  return nodes;
}

interface Cursor {
  pieces: Piece[];
  position: number;
}

/** Reads nodes up to `end` or an `else`, which it returns. */
function parseList(cursor: Cursor): { nodes: Node[]; end?: string } {
  const nodes: Node[] = [];
  while (cursor.position < cursor.pieces.length) {
    const piece = cursor.pieces[cursor.position++];
    if (piece.kind === 'text') {
      nodes.push(piece);
      continue;
    }
    const { source } = piece;
    if (source === 'end' || /^else\b/.test(source))
      return { nodes, end: source };
    const block = /^(if|with|range)\s+([\s\S]+)$/.exec(source);
    nodes.push(
      block
        ? parseBlock(cursor, blockKind(block[1]), block[2])
        : { kind: 'print', value: parsePipeline(source) },
    );
  }
  return { nodes };
}

function parseBlock(
  cursor: Cursor,
  kind: 'if' | 'with' | 'range',
  condition: string,
): Node {
  const value = parsePipeline(condition);
  const { nodes: body, end } = parseList(cursor);
  let otherwise: Node[] = [];
  const chained = /^else\s+(if|with)\s+([\s\S]+)$/.exec(end ?? '');
  if (chained) {
    otherwise = [parseBlock(cursor, blockKind(chained[1]), chained[2])];
  } else if (end === 'else') {
    const rest = parseList(cursor);
    if (rest.end !== 'end') throw new Error(`{{${kind}}} has no {{end}}`);
    otherwise = rest.nodes;
  } else if (end !== 'end') {
    throw new Error(`{{${kind}}} has no {{end}}`);
  }
  return { kind, value, body, otherwise };
}

function blockKind(name: string): 'if' | 'with' | 'range' {
  return name === 'with' || name === 'range' ? name : 'if';
}

function parsePipeline(source: string): Operand {
  const tokens = tokenize(source);
  let position = 0;

  const operand = (): Operand | undefined => {
    const token: Token | undefined = tokens[position];
    if (!token) return undefined;
    switch (token.kind) {
      case 'string':
        position++;
        return { kind: 'literal', value: token.value, isInteger: false };
      case 'number':
        position++;
        return {
          kind: 'literal',
          value: token.value,
          isInteger: token.isInteger,
        };
      case 'field':
        position++;
        return { kind: 'field', path: token.path };
      case 'name':
        position++;
        if (token.name === 'true' || token.name === 'false') {
          return {
            kind: 'literal',
            value: token.name === 'true',
            isInteger: false,
          };
        }
        if (token.name === 'nil') {
          return { kind: 'literal', value: null, isInteger: false };
        }
        return { kind: 'call', name: token.name, args: [] };
      default:
        if (token.symbol !== '(') return undefined;
        position++;
        return closeParenthesis(pipeline());
    }
  };
  const closeParenthesis = (inner: Operand): Operand => {
    const token: Token | undefined = tokens[position++];
    if (token?.kind !== 'symbol' || token.symbol !== ')') {
      throw new Error(`missing ) in {{${source}}}`);
    }
    return inner;
  };
  const command = (piped: Operand | undefined): Operand => {
    const first = operand();
    if (!first) throw new Error(`missing value in {{${source}}}`);
    const args: Operand[] = [];
    for (let next = operand(); next; next = operand()) args.push(next);
    if (piped) args.push(piped);
    if (args.length === 0) return first;
    if (first.kind !== 'call') {
      throw new Error(`cannot give arguments to a value in {{${source}}}`);
    }
    return { ...first, args };
  };
  const pipeline = (): Operand => {
    let result = command(undefined);
    for (;;) {
      const token: Token | undefined = tokens[position];
      if (token?.kind !== 'symbol' || token.symbol !== '|') return result;
      position++;
      result = command(result);
    }
  };

  const result = pipeline();
  if (position < tokens.length)
    throw new Error(`unexpected end of {{${source}}}`);
  return result;
}
