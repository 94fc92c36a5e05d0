import {
  Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
} from 'yaml';
import { BundleProblem } from '../Engine';

type Path = ReadonlyArray<PropertyKey>;

/** A parsed YAML file that knows where each of its fields stands. */
export class YamlFile {
  readonly problems: BundleProblem[] = [];
  readonly value: unknown;
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  constructor(readonly file: string, text: string) {
    this.document = parseDocument(text, {
      lineCounter: this.lines,
      version: '1.2',
      merge: true,
      prettyErrors: false,
    });
    for (const error of this.document.errors) {
      const { line, col } = this.lines.linePos(error.pos[0]);
      this.problems.push({
        severity: 'error',
        file,
        line,
        column: col,
        message: `Invalid YAML: ${error.message}`,
      });
    }
    if (this.problems.length === 0) {
      try {
        this.value = this.document.toJS({ maxAliasCount: 100 });
      } catch (error) {
        this.problems.push({
          severity: 'error',
          file,
          message: `Invalid YAML: ${
            error instanceof Error ? error.message : String(error)
          }`,
        });
      }
    }
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
    const offset = this.offsetOf(path, options.key ?? false);
    const { line, col } = this.lines.linePos(offset);
    return {
      severity: options.severity ?? 'error',
      file: this.file,
      line,
      column: col,
      ...(path.length > 0 ? { field: printPath(path) } : {}),
      message,
      ...(options.suggestion ? { suggestion: options.suggestion } : {}),
    };
  }

  private offsetOf(path: Path, key: boolean): number {
    if (key && path.length > 0) {
      const offset = this.keyOffset(path);
      if (offset !== undefined) return offset;
    }
    for (let length = path.length; length >= 0; length--) {
      const parent = path.slice(0, length);
      const node = this.document.getIn(parent, true);
      if (isNode(node) && node.range) {
        // A map starts where its first key does; the key of a nested map says more.
        return length > 0 && isMap(node)
          ? this.keyOffset(parent) ?? node.range[0]
          : node.range[0];
      }
    }
    return 0;
  }

  private keyOffset(path: Path): number | undefined {
    const parent = this.document.getIn(path.slice(0, -1), true);
    if (!isMap(parent)) return undefined;
    const name = String(path[path.length - 1]);
    const pair = parent.items.find(
      item =>
        isPair(item) && isScalar(item.key) && String(item.key.value) === name,
    );
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  }
}

/** Writes a path as users read it: `spec.turns[0].content`. */
export function printPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
