import {
  Alias,
  Composer,
  CST,
  Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  Node,
  Parser,
} from 'yaml';

/** Deeper than anybody writes; the composer below recurses, and must never meet the end of the stack. */
const MAX_DEPTH = 200;
/** A level opens two nodes at most: the collection and its entry. */
const MAX_OPEN_NODES = 2 * MAX_DEPTH;
const TOO_DEEP = `Nested too deeply: allowed are about ${MAX_DEPTH} levels`;
/** Keeps the time of parsing to a few seconds, whatever the bytes are. */
const MAX_LEXEMES = 2_000_000;
/** Each is looked for among all others. */
const MAX_ALIASES = 1_000;
const MAX_FAULTS = 20;

/** What is wrong with a text as YAML, by its offset. */
export interface YamlFault {
  offset: number;
  message: string;
}

export interface ParsedYaml {
  /** Absent when the text is so wrong that there is none. */
  document?: Document.Parsed;
  lines: LineCounter;
  faults: YamlFault[];
}

class YamlLimit extends Error {
  constructor(readonly offset: number, message: string) {
    super(message);
  }
}

/** Parses one YAML document in time and stack that hostile texts cannot exceed. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  try {
    const [document, second] = new Composer({
      version: '1.2',
      merge: true,
      prettyErrors: false,
      // The library compares every key with every other; see below.
      uniqueKeys: false,
    }).compose(
      tokens(text, lines),
      true,
      text.length,
    ) as Iterable<Document.Parsed>;
    const faults = document.errors.map(error => ({
      offset: error.pos[0],
      message: error.message,
    }));
    if (second) {
      faults.push({
        offset: second.range[0],
        message: 'A file holds one document: this one has several',
      });
    }
    faults.push(...treeFaults(document));
    return { document, lines, faults: faults.slice(0, MAX_FAULTS) };
  } catch (error) {
    if (!(error instanceof YamlLimit)) throw error;
    return {
      lines,
      faults: [{ offset: error.offset, message: error.message }],
    };
  }
}

function* tokens(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    lexemes += 1;
    if (parser.stack.length > MAX_OPEN_NODES) {
      throw new YamlLimit(parser.offset, TOO_DEEP);
    }
    if (lexemes > MAX_LEXEMES) {
      throw new YamlLimit(
        parser.offset,
        `Too many entries: allowed are ${MAX_LEXEMES} keys, values and signs`,
      );
    }
  }
  yield* parser.end();
}

/** Keys that stand twice in a map, nodes that contain themselves, and aliases that make a large value out of a small text. */
function treeFaults(document: Document.Parsed): YamlFault[] {
  const faults: YamlFault[] = [];
  // The library looks for the anchor of each alias in the whole document.
  const heights = new Map<string, number>();
  const open = new Set<string>();
  let aliases = 0;
  const fault = (node: Node, message: string) =>
    faults.push({ offset: offsetOf(node), message });

  const heightOfAlias = (alias: Alias): number => {
    aliases += 1;
    if (aliases === MAX_ALIASES + 1) {
      fault(alias, `Too many aliases: allowed are ${MAX_ALIASES}`);
    }
    if (open.has(alias.source)) {
      fault(
        alias,
        `The alias *${alias.source} stands inside of what it refers to`,
      );
    }
    return heights.get(alias.source) ?? 0;
  };

  const heightOf = (node: unknown): number => {
    if (isAlias(node)) return heightOfAlias(node);
    if (!isCollection(node)) return 0;
    if (node.anchor) open.add(node.anchor);
    if (isMap(node)) faults.push(...keyFaults(node.items));
    let height = 0;
    for (const item of node.items) {
      const child = isPair(item) ? item.value : item;
      height = Math.max(height, heightOf(child) + 1);
    }
    if (height > MAX_DEPTH) {
      fault(node, TOO_DEEP);
      height = 0;
    }
    if (node.anchor) {
      open.delete(node.anchor);
      heights.set(node.anchor, height);
    }
    return height;
  };
  heightOf(document.contents);
  return faults;
}

function keyFaults(items: ReadonlyArray<{ key: unknown }>): YamlFault[] {
  const known = new Set<unknown>();
  return items.flatMap(({ key }) => {
    if (isCollection(key)) {
      return [
        {
          offset: offsetOf(key),
          message:
            'A key cannot be a map or a list: texts that begin with { or [ need quotes',
        },
      ];
    }
    if (!isScalar(key) || key.value === '<<') return [];
    if (!known.has(key.value)) {
      known.add(key.value);
      return [];
    }
    return [
      {
        offset: offsetOf(key),
        message: `Map keys must be unique: "${String(key.value)}" stands twice`,
      },
    ];
  });
}

function offsetOf(node: Node | Alias): number {
  return node.range?.[0] ?? 0;
}
