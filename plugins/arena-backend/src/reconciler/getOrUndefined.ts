import {
  ArenaKind,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';

/** The reading part of a store. */
export type ObjectReader = Pick<
  ResourceStore,
  'cluster' | 'namespaces' | 'get' | 'list'
>;

/** Reads an object that may not be there. */
export async function getOrUndefined<T extends ArenaObject>(
  store: Pick<ObjectReader, 'get'>,
  kind: ArenaKind,
  key: ObjectKey,
): Promise<T | undefined> {
  try {
    return await store.get<T>(kind, key);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** By name, because the error may come from another copy of the package. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotFoundError';
}
