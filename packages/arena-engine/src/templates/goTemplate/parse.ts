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

function literal(value: unknown) {
  return { kind: 'literal' as const, value, isInteger: false };
}

function named(name: string): Operand {
  if (name === 'true' || name === 'false') return literal(name === 'true');
  if (name === 'nil') return literal(null);
  return { kind: 'call', name, args: [] };
}

/** Reads the inside of an action: commands, joined by `|`. */
class PipelineParser {
  private readonly tokens: Token[];
  private position = 0;

  constructor(private readonly source: string) {
    this.tokens = tokenize(source);
  }

  parse(): Operand {
    const result = this.pipeline();
    if (this.position < this.tokens.length) {
      throw new Error(`unexpected end of {{${this.source}}}`);
    }
    return result;
  }

  private pipeline(): Operand {
    let result = this.command(undefined);
    while (this.takeSymbol('|')) result = this.command(result);
    return result;
  }

  /** @param piped - the value before the `|`, which becomes the last argument */
  private command(piped: Operand | undefined): Operand {
    const first = this.operand();
    if (!first) throw new Error(`missing value in {{${this.source}}}`);
    const args: Operand[] = [];
    for (let next = this.operand(); next; next = this.operand())
      args.push(next);
    if (piped) args.push(piped);
    if (args.length === 0) return first;
    if (first.kind !== 'call') {
      throw new Error(`cannot give arguments to a value in {{${this.source}}}`);
    }
    return { ...first, args };
  }

  private operand(): Operand | undefined {
    if (this.takeSymbol('(')) {
      const inner = this.pipeline();
      if (!this.takeSymbol(')'))
        throw new Error(`missing ) in {{${this.source}}}`);
      return inner;
    }
    const token: Token | undefined = this.tokens[this.position];
    if (!token || token.kind === 'symbol') return undefined;
    this.position++;
    switch (token.kind) {
      case 'string':
        return literal(token.value);
      case 'number':
        return { ...literal(token.value), isInteger: token.isInteger };
      case 'field':
        return { kind: 'field', path: token.path };
      default:
        return named(token.name);
    }
  }

  private takeSymbol(symbol: string): boolean {
    const token: Token | undefined = this.tokens[this.position];
    if (token?.kind !== 'symbol' || token.symbol !== symbol) return false;
    this.position++;
    return true;
  }
}

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
        : { kind: 'print', value: new PipelineParser(source).parse() },
    );
  }
  return { nodes };
}

function parseBlock(
  cursor: Cursor,
  kind: 'if' | 'with' | 'range',
  condition: string,
): Node {
  const value = new PipelineParser(condition).parse();
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
