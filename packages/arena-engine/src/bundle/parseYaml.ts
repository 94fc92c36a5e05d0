import {
  Alias,
  Composer,
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
  Token,
} from 'yaml';

/** Deeper than anybody writes; the composer below recurses, and must never meet the end of the stack. */
const MAX_OPEN_NODES = 400;
/** Keeps the time of parsing to a few seconds, whatever the bytes are. */
const MAX_LEXEMES = 2_000_000;
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

function* tokens(text: string, lines: LineCounter): Generator<Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    lexemes += 1;
    if (parser.stack.length > MAX_OPEN_NODES) {
      throw new YamlLimit(
        parser.offset,
        `Nested too deeply: allowed are about ${MAX_OPEN_NODES / 2} levels`,
      );
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

/** Keys that stand twice in a map, and nodes that contain themselves. */
function treeFaults(document: Document.Parsed): YamlFault[] {
  const faults: YamlFault[] = [];
  const walk = (node: unknown, ancestors: ReadonlySet<unknown>) => {
    if (isAlias(node)) {
      if (ancestors.has(node.resolve(document))) {
        faults.push({
          offset: offsetOf(node),
          message: `The alias *${node.source} stands inside of what it refers to`,
        });
      }
      return;
    }
    if (!isCollection(node)) return;
    const inside = node.anchor ? new Set(ancestors).add(node) : ancestors;
    if (isMap(node)) faults.push(...repeatedKeys(node.items));
    for (const item of node.items) {
      walk(isPair(item) ? item.value : item, inside);
    }
  };
  walk(document.contents, new Set());
  return faults;
}

function repeatedKeys(items: ReadonlyArray<{ key: unknown }>): YamlFault[] {
  const known = new Set<unknown>();
  return items.flatMap(({ key }) => {
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
