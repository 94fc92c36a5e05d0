import {
  ArenaApi,
  ArenaKind,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { hasEntity, toEntity, ToEntityOptions } from '../entities/toEntity';
import { Page } from './EntityBook';

const PAGE_SIZE = 500;

/** The entity of an object, or undefined for one that has none. */
export function pageOf(
  object: ArenaObject,
  options: ToEntityOptions,
): Page | undefined {
  if (!hasEntity(object)) return undefined;
  return {
    entity: toEntity(object, options),
    version: object.metadata.resourceVersion,
  };
}

/**
 * Reads the entities of all objects of a cluster, of some kinds.
 *
 * @throws when any page could not be read
 */
export async function readEntities(
  client: ArenaApi,
  options: ToEntityOptions & {
    kinds: readonly ArenaKind[];
    signal: AbortSignal;
  },
): Promise<Page[]> {
  const { cluster, kinds, signal } = options;
  const pages: Page[] = [];
  for (const kind of kinds) {
    let next: string | undefined;
    do {
      const { items, metadata } = await client.list(
        { cluster, kind, limit: PAGE_SIZE, continue: next },
        { signal },
      );
      for (const object of items) {
        const page = pageOf(object, options);
        if (page) pages.push(page);
      }
      next = metadata.continue;
    } while (next);
  }
  return pages;
}
