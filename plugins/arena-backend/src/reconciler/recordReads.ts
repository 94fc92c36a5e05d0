import {
  ArenaKind,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { ObjectReader } from './getOrUndefined';

/** Name of an object among all kinds. */
export function objectId(kind: ArenaKind, key: ObjectKey): string {
  return `${kind}/${key.namespace}/${key.name}`;
}

/**
 * Notes which objects are asked for, whether they are there or not: what a decision was made from is what it has to be made again
 * for.
 */
export function recordReads(
  store: ObjectReader,
  onRead: (id: string) => void,
): ObjectReader {
  return {
    cluster: store.cluster,
    get<T extends ArenaObject>(kind: ArenaKind, key: ObjectKey): Promise<T> {
      // Before it is read: a change in between must not be missed.
      onRead(objectId(kind, key));
      return store.get<T>(kind, key);
    },
  };
}

/** Who has to look again when an object changes. */
export class ReadIndex {
  private readonly readers = new Map<string, Set<string>>();
  private readonly reads = new Map<string, Set<string>>();

  /** Notes that a reader was made from an object. */
  add(reader: string, id: string): void {
    const reads = this.reads.get(reader) ?? new Set();
    reads.add(id);
    this.reads.set(reader, reads);
    const readers = this.readers.get(id) ?? new Set();
    readers.add(reader);
    this.readers.set(id, readers);
  }

  delete(reader: string): void {
    for (const id of this.reads.get(reader) ?? []) {
      const readers = this.readers.get(id);
      readers?.delete(reader);
      if (readers?.size === 0) this.readers.delete(id);
    }
    this.reads.delete(reader);
  }

  readersOf(id: string): string[] {
    return [...(this.readers.get(id) ?? [])];
  }

  clear(): void {
    this.readers.clear();
    this.reads.clear();
  }
}
