import {
  ArenaKind,
  ArenaList,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { StoreListOptions } from '@backstage-arena/plugin-arena-node';
import { ObjectReader } from './getOrUndefined';

/** Name of an object among all kinds. */
export function objectId(kind: ArenaKind, key: ObjectKey): string {
  return `${kind}/${key.namespace}/${key.name}`;
}

/** Name of all objects of a kind in a namespace, which no object can have. */
function collectionId(kind: ArenaKind, namespace: string): string {
  return `${kind}/${namespace}/`;
}

/**
 * Notes which objects are asked for, whether they are there or not, and which namespaces are listed: what a decision was made from is
 * what it has to be made again for.
 */
export function recordReads(
  store: ObjectReader,
  onRead: (id: string) => void,
): ObjectReader {
  return {
    cluster: store.cluster,
    namespaces: store.namespaces,
    get<T extends ArenaObject>(kind: ArenaKind, key: ObjectKey): Promise<T> {
      // Before it is read: a change in between must not be missed.
      onRead(objectId(kind, key));
      return store.get<T>(kind, key);
    },
    list<T extends ArenaObject>(
      kind: ArenaKind,
      options: StoreListOptions = {},
    ): Promise<ArenaList<T>> {
      const { namespace } = options;
      if (namespace === undefined) {
        throw new TypeError(
          `Listing ${kind} of all namespaces would have to be repeated whenever one changes`,
        );
      }
      onRead(collectionId(kind, namespace));
      return store.list<T>(kind, options);
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

  /** Who read an object, or listed those of its kind in its namespace. */
  readersOf({ kind, metadata }: ArenaObject): string[] {
    const ids = [
      objectId(kind, metadata),
      collectionId(kind, metadata.namespace),
    ];
    return [...new Set(ids.flatMap(id => [...(this.readers.get(id) ?? [])]))];
  }

  clear(): void {
    this.readers.clear();
    this.reads.clear();
  }
}
