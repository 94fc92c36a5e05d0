import { NotFoundError } from '@backstage/errors';
import { ArenaList, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { ObjectReader } from '../../reconciler/getOrUndefined';

/** Reads what is in a list, which may change meanwhile. Pages hold one object each. */
export function readerOf(
  objects: readonly ArenaObject[],
  options: Pick<ObjectReader, 'namespaces'> = {},
): ObjectReader {
  return {
    cluster: 'embedded',
    ...options,
    async get<T extends ArenaObject>(
      kind: string,
      { namespace, name }: { namespace: string; name: string },
    ): Promise<T> {
      const found = objects.find(
        object =>
          object.kind === kind &&
          object.metadata.namespace === namespace &&
          object.metadata.name === name,
      );
      if (!found) throw new NotFoundError(`${kind} ${name}`);
      return found as T;
    },
    async list<T extends ArenaObject>(
      kind: string,
      query: { namespace?: string; continue?: string } = {},
    ): Promise<ArenaList<T>> {
      const found = objects.filter(
        object =>
          object.kind === kind && object.metadata.namespace === query.namespace,
      );
      const page = Number(query.continue ?? 0);
      return {
        items: found.slice(page, page + 1) as T[],
        metadata: {
          resourceVersion: '1',
          ...(page + 1 < found.length && { continue: String(page + 1) }),
        },
      };
    },
  };
}
