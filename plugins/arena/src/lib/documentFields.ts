import { Document, isMap, isSeq } from 'yaml';

/** The value or node at a path; `undefined` where there is none. */
export function at(document: Document, path: string[]): unknown {
  const parent = path.slice(0, -1);
  // getIn() throws when it has to go through something that is not a collection.
  if (parent.length > 0 && !isMap(document.getIn(parent))) return undefined;
  return document.getIn(path);
}

/** A text or a number as text; empty for all else. */
export function textAt(document: Document, path: string[]): string {
  const value = safely(() => at(document, path));
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : '';
}

/** A number; `undefined` for all else. */
export function numberAt(
  document: Document,
  path: string[],
): number | undefined {
  const value = safely(() => at(document, path));
  return typeof value === 'number' ? value : undefined;
}

/** Texts of a list; empty for all else. */
export function listAt(document: Document, path: string[]): string[] {
  const value = safely(() => at(document, path));
  return isSeq(value)
    ? (value.toJSON() as unknown[]).filter(
        (one): one is string => typeof one === 'string',
      )
    : [];
}

/** What reading gives, `undefined` where it throws. */
export function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // A text in the middle of being written has any shape.
    return undefined;
  }
}

/** Puts a value at a path, and maps on the way to it. */
export function setPath(
  document: Document,
  path: string[],
  value: unknown,
): void {
  for (let length = 1; length < path.length; length++) {
    const parent = path.slice(0, length);
    if (!isMap(document.getIn(parent))) {
      document.setIn(parent, document.createNode({}));
    }
  }
  const node = typeof value === 'object' ? document.createNode(value) : value;
  document.setIn(path, node);
}

/** Removes a value and the maps that held nothing else. */
export function setOrRemove(
  document: Document,
  path: string[],
  value: unknown,
): void {
  if (value !== undefined) {
    setPath(document, path, value);
    return;
  }
  for (let length = path.length; length > 1; length--) {
    const here = path.slice(0, length);
    const parent = document.getIn(here.slice(0, -1));
    if (!isMap(parent)) continue;
    const current = document.getIn(here);
    const isLeaf = length === path.length;
    if (isLeaf || (isMap(current) && current.items.length === 0)) {
      // `spec` and `metadata` themselves belong to every object.
      if (length > 1) document.deleteIn(here);
    } else {
      break;
    }
  }
}
