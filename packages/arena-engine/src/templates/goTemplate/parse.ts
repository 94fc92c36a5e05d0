import { Piece, splitTemplate, Token, tokenize } from './lex';

/** A command: a function with arguments, or a single value. */
export type Operand =
  | { kind: 'literal'; value: unknown; isInteger: boolean }
  | { kind: 'variable'; name: string }
  | { kind: 'field'; of?: Operand; path: string[] }
  | { kind: 'call'; name: string; args: Operand[] };

export interface Pipeline {
  /** Names that get the value; two in a loop over keys and values. */
  variables: string[];
  /** The variables exist already. */
  assigns: boolean;
  value: Operand;
}

export type BlockKind = 'if' | 'with' | 'range';

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'print'; pipeline: Pipeline }
  | { kind: 'break' | 'continue' }
  | {
      kind: BlockKind;
      pipeline: Pipeline;
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

  constructor(
    private readonly source: string,
    private readonly known: readonly string[],
  ) {
    this.tokens = tokenize(source);
  }

  parse(): Pipeline {
    const declaration = this.declaration();
    const value = this.pipeline();
    if (this.position < this.tokens.length) {
      throw new Error(`unexpected end of {{${this.source}}}`);
    }
    if (value.kind === 'literal' && value.value === null) {
      throw new Error('nil is not a command');
    }
    return { ...declaration, value };
  }

  private declaration(): Omit<Pipeline, 'value'> {
    const variables: string[] = [];
    for (let at = 0; ; at += 2) {
      const token: Token | undefined = this.tokens[at];
      const next: Token | undefined = this.tokens[at + 1];
      if (token?.kind !== 'variable' || next?.kind !== 'symbol') break;
      variables.push(token.name);
      if (next.symbol === ',') continue;
      if (next.symbol !== ':=' && next.symbol !== '=') break;
      const assigns = next.symbol === '=';
      if (assigns) variables.forEach(name => this.assertKnown(name));
      this.position = at + 2;
      return { variables, assigns };
    }
    return { variables: [], assigns: false };
  }

  private assertKnown(name: string): void {
    if (name !== '$' && !this.known.includes(name)) {
      throw new Error(`undefined variable "${name}"`);
    }
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
      const next: Token | undefined = this.tokens[this.position];
      if (next?.kind !== 'field' || !next.isGlued) return inner;
      this.position++;
      return { kind: 'field', of: inner, path: next.path };
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
      case 'variable': {
        this.assertKnown(token.name);
        const variable: Operand = { kind: 'variable', name: token.name };
        return token.path.length > 0
          ? { kind: 'field', of: variable, path: token.path }
          : variable;
      }
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

function blockKind(name: string): BlockKind {
  return name === 'with' || name === 'range' ? name : 'if';
}

class TemplateParser {
  private position = 0;
  private loops = 0;
  /** Variables that are known here. */
  private variables: string[] = [];

  constructor(private readonly pieces: readonly Piece[]) {}

  parse(): Node[] {
    const { nodes, end } = this.list();
    if (end !== undefined) throw new Error(`unexpected {{${end}}}`);
    return nodes;
  }

  /** Reads nodes up to `end` or an `else`, which it returns. */
  private list(): { nodes: Node[]; end?: string } {
    const nodes: Node[] = [];
    while (this.position < this.pieces.length) {
      const piece = this.pieces[this.position++];
      if (piece.kind === 'text') {
        nodes.push(piece);
        continue;
      }
      const { source } = piece;
      if (source === 'end' || /^else\b/.test(source)) {
        return { nodes, end: source };
      }
      nodes.push(this.node(source));
    }
    return { nodes };
  }

  private node(source: string): Node {
    const block = /^(if|with|range)\b([\s\S]*)$/.exec(source);
    if (block) return this.block(blockKind(block[1]), block[2]);
    if (source === 'break' || source === 'continue') {
      if (this.loops === 0) throw new Error(`{{${source}}} outside {{range}}`);
      return { kind: source };
    }
    return { kind: 'print', pipeline: this.pipeline(source) };
  }

  private pipeline(source: string, mayHave = 1): Pipeline {
    const pipeline = new PipelineParser(source, this.variables).parse();
    if (pipeline.variables.length > mayHave) {
      throw new Error(`too many declarations in {{${source}}}`);
    }
    if (!pipeline.assigns) this.variables.push(...pipeline.variables);
    return pipeline;
  }

  private block(kind: BlockKind, condition: string): Node {
    const outside = [...this.variables];
    const pipeline = this.pipeline(condition, kind === 'range' ? 2 : 1);
    if (kind === 'range') this.loops += 1;
    const { nodes: body, end } = this.scoped();
    if (kind === 'range') this.loops -= 1;
    const node: Node = {
      kind,
      pipeline,
      body,
      otherwise: this.rest(kind, end),
    };
    this.variables = outside;
    return node;
  }

  private scoped(): { nodes: Node[]; end?: string } {
    const outside = [...this.variables];
    const list = this.list();
    this.variables = outside;
    return list;
  }

  /** What stands between the `else` of a block and its end. */
  private rest(kind: BlockKind, end: string | undefined): Node[] {
    if (end === 'end') return [];
    const chained = /^else\s+(if|with)\b([\s\S]*)$/.exec(end ?? '');
    if (chained && chained[1] === kind) {
      return [this.block(kind, chained[2])];
    }
    if (end !== 'else') throw new Error(`{{${kind}}} has no {{end}}`);
    const rest = this.scoped();
    if (rest.end !== 'end') throw new Error(`{{${kind}}} has no {{end}}`);
    return rest.nodes;
  }
}

/** @throws Error when the template is wrong. */
export function parseTemplate(source: string): Node[] {
  const parser = new TemplateParser(splitTemplate(source));
  return parser.parse();
}
