import { ArenaSource } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { SnapshotReferences } from '../snapshots/SnapshotGarbageCollector';

/** The snapshots that sources show as their content. */
export function sourceReferences(store: ResourceStore): SnapshotReferences {
  return async function* digests() {
    let token: string | undefined;
    do {
      const page = await store.list<ArenaSource>('ArenaSource', {
        limit: 500,
        continue: token,
      });
      for (const source of page.items) {
        if (source.status?.artifact) {
          yield source.status.artifact.digest;
        }
      }
      token = page.metadata.continue;
    } while (token);
  };
}
