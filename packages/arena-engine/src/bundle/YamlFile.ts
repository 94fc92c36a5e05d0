import { isAlias, isMap, isNode, isPair, isScalar, isSeq, Pair } from 'yaml';
import { BundleProblem } from '../Engine';
import { ParsedYaml, parseYaml } from './parseYaml';
import { readPlainYaml } from './readPlainYaml';

type Path = ReadonlyArray<PropertyKey>;

/** Aliases are for a few shared values; a bomb has billions. */
const MAX_ALIASES = 100;

/**
 * A parsed YAML file that knows where each of its fields stands. Bundles have thousands of files and few faults: the tree is
 * made again when a place is asked for.
 */
export class YamlFile {
  readonly problems: BundleProblem[] = [];
  readonly value: unknown;
  private parsed?: ParsedYaml;

  constructor(readonly file: string, private readonly text: string) {
    const plain = readPlainYaml(text);
    if (plain) {
      this.value = plain.value;
      return;
    }
    const { document, lines, faults } = parseYaml(text);
    const fault = (offset: number, message: string) => {
      const { line, col } = lines.linePos(offset);
      this.problems.push({
        severity: 'error',
        file,
        line: Math.max(line, 1),
        column: Math.max(col, 1),
        message: `Invalid YAML: ${message}`,
      });
    };
    for (const { offset, message } of faults) fault(offset, message);
    if (!document || faults.length > 0) return;
    try {
      this.value = document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      // Aliases are counted while they are resolved.
      if (!(error instanceof ReferenceError)) throw error;
      fault(0, error.message);
    }
  }

  /** What stands at a path; undefined when nothing does. */
  valueAt(path: Path): unknown {
    return path.reduce<unknown>(
      (value, part) =>
        value !== null && typeof value === 'object'
          ? Reflect.get(value, part)
          : undefined,
      this.value,
    );
  }

  /** Describes a fault at a field, or at its nearest parent that exists. */
  problem(
    path: Path,
    message: string,
    options: {
      severity?: BundleProblem['severity'];
      suggestion?: string;
      /** Point at the key instead of at the value. */
      key?: boolean;
    } = {},
  ): BundleProblem {
    this.parsed ??= parseYaml(this.text);
    const offset = this.offsetOf(this.parsed, path, options.key ?? false);
    const { line, col } = this.parsed.lines.linePos(offset);
    return {
      severity: options.severity ?? 'error',
      file: this.file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      ...(path.length > 0 ? { field: printPath(path) } : {}),
      message,
      ...(options.suggestion ? { suggestion: options.suggestion } : {}),
    };
  }

  private offsetOf(parsed: ParsedYaml, path: Path, key: boolean): number {
    if (key && path.length > 0) {
      const offset = keyOffset(parsed, path);
      if (offset !== undefined) return offset;
    }
    for (let length = path.length; length >= 0; length--) {
      const parent = path.slice(0, length);
      const node = nodeAt(parsed, parent);
      if (isNode(node) && node.range) {
        // A map starts where its first key does; the key of a nested map says more.
        return length > 0 && isMap(node)
          ? keyOffset(parsed, parent) ?? node.range[0]
          : node.range[0];
      }
    }
    return 0;
  }
}

/** Keys are compared as texts: a path does not tell `1` from `"1"`. */
function pairOf(map: unknown, key: PropertyKey): Pair | undefined {
  if (!isMap(map)) return undefined;
  return map.items.find(
    item =>
      isPair(item) &&
      isScalar(item.key) &&
      String(item.key.value) === String(key),
  );
}

function nodeAt({ document }: ParsedYaml, path: Path): unknown {
  return path.reduce<unknown>((node, key) => {
    const inside = document && isAlias(node) ? node.resolve(document) : node;
    if (isSeq(inside)) return inside.items[Number(key)];
    return pairOf(inside, key)?.value;
  }, document?.contents);
}

function keyOffset(parsed: ParsedYaml, path: Path): number | undefined {
  const pair = pairOf(nodeAt(parsed, path.slice(0, -1)), path[path.length - 1]);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

/** Writes a path as users read it: `spec.turns[0].content`. */
export function printPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
