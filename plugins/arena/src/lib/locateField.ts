import {
  Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Node,
} from 'yaml';
import { FieldCause } from '@backstage-arena/plugin-arena-common';

/** A fault at a place of a text. */
export interface YamlProblem {
  from: number;
  to: number;
  message: string;
  /** `error` unless given. */
  severity?: 'error' | 'warning' | 'info';
}

/**
 * Steps of a field as `kubectl` writes it. A step in brackets may be an index or a key; the object decides.
 *
 * @example `spec.providers[default][0].providerRef` has the steps spec, providers, default, 0, providerRef
 */
export function stepsOf(field: string): string[] {
  const steps: string[] = [];
  const pattern = /\[(?:"((?:[^"\\]|\\.)*)"|([^\]]*))\]|([^.[\]]+)/g;
  for (const [, quoted, bracketed, plain] of field.matchAll(pattern)) {
    steps.push(quoted ?? bracketed ?? plain);
  }
  return steps;
}

/** Where a field is in a text: its key and value; for a field that is missing, the key of what should contain it. */
export function locateField(
  document: Document,
  field: string,
): { from: number; to: number } {
  let found = { from: 0, to: firstLineEnd(document) };
  let node: unknown = document.contents;
  for (const step of stepsOf(field)) {
    if (isMap(node)) {
      const pair = node.items.find(
        item => isScalar(item.key) && String(item.key.value) === step,
      );
      if (!pair || !isPair(pair) || !isNode(pair.key)) break;
      found = spanOf(pair.key, isScalar(pair.value) ? pair.value : undefined);
      node = pair.value;
    } else if (isCollection(node) && /^\d+$/.test(step)) {
      const item: unknown = node.items[Number(step)];
      if (!isNode(item)) break;
      found = spanOf(item);
      node = item;
    } else {
      break;
    }
  }
  return found;
}

/** Faults that the server named by field, at their places. */
export function problemsOf(
  document: Document,
  causes: readonly FieldCause[],
): YamlProblem[] {
  return causes.map(cause => ({
    ...locateField(document, cause.field),
    message: cause.message.startsWith(cause.field)
      ? cause.message
      : `${cause.field}: ${cause.message}`,
  }));
}

function firstLineEnd(document: Document): number {
  const { contents } = document;
  if (isMap(contents) && isNode(contents.items[0]?.key)) {
    return spanOf(contents.items[0].key).to;
  }
  return 0;
}

function spanOf(
  start: Node,
  end: unknown = start,
): { from: number; to: number } {
  const last = isNode(end) && end.range ? end : start;
  return { from: start.range?.[0] ?? 0, to: last.range?.[1] ?? 0 };
}
