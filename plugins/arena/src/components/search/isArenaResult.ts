import type {
  SearchDocument,
  SearchResult,
} from '@backstage/plugin-search-common';

/** What the search has of an entity of the catalog. */
export interface EntityDocument extends SearchDocument {
  kind: string;
  type: string;
  namespace: string;
  owner: string;
}

/** True for results that stand for an ArenaJob or an ArenaSource. */
export function isArenaResult({ type, document }: SearchResult): boolean {
  const { kind } = document as Partial<EntityDocument>;
  return (
    type === 'software-catalog' &&
    (kind === 'ArenaJob' || kind === 'ArenaSource')
  );
}
