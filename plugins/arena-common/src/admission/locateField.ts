import {
  Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  Node,
  Pair,
} from 'yaml';
import { FieldPath, FieldPathSegment } from './FieldPath';

/** A place in a text, counted from 1. @public */
export interface TextPosition {
  line: number;
  column: number;
}

interface Step {
  /** What the position is taken from. */
  mark: Node;
  value: Node | null;
}

/**
 * Finds where a field stands in the source of a document. For a field that is not there (a required one, a default) it is the nearest
 * field above.
 *
 * @internal
 */
export function locateField(
  document: Document.Parsed,
  lines: LineCounter,
  path: FieldPath,
): TextPosition {
  let current: Node | null = document.contents;
  let mark: Node | null = document.contents;
  for (const segment of path) {
    const step = stepInto(resolve(document, current), segment);
    if (!step) {
      break;
    }
    mark = step.mark;
    current = step.value;
  }
  const offset = mark?.range?.[0] ?? document.range[0];
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function resolve(document: Document.Parsed, node: Node | null): Node | null {
  return isAlias(node) ? node.resolve(document) ?? null : node;
}

function stepInto(
  node: Node | null,
  segment: FieldPathSegment,
): Step | undefined {
  if (isSeq(node)) {
    const item = 'index' in segment ? node.items[segment.index] : undefined;
    return isNode(item) ? { mark: item, value: item } : undefined;
  }
  if (!isMap(node)) {
    return undefined;
  }
  // A group of providers in map form is a list to admission: there an index counts the pairs.
  const pair =
    'index' in segment
      ? node.items.find(item => keyOf(item) === String(segment.index)) ??
        node.items[segment.index]
      : node.items.find(
          item =>
            keyOf(item) === ('field' in segment ? segment.field : segment.key),
        );
  return isPair(pair) && isNode(pair.key)
    ? { mark: pair.key, value: isNode(pair.value) ? pair.value : null }
    : undefined;
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}
