import { ARENA_API_VERSION } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';

/** Jobs of a namespace of ten each, with what real ones are found by. */
export async function createJobs(
  store: ResourceStore,
  count: number,
): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await store.create({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: {
        name: `job-${String(n).padStart(6, '0')}`,
        namespace: `team-${Math.floor(n / 10)}`,
        labels: { team: `team-${n % 50}` },
        annotations: {
          'arena.backstage.io/component': `component:default/service-${
            n % 200
          }`,
        },
      },
      spec: { sourceRef: { name: `source-${n % 20}` } },
    });
  }
}
