import { stringify } from 'yaml';
import {
  ARENA_ANNOTATIONS,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';

/** What is of one job alone: who made it, and which run it repeats. */
const OWN: string[] = [
  ARENA_ANNOTATIONS.creator,
  ARENA_ANNOTATIONS.rerunOf,
  ARENA_ANNOTATIONS.rerunItems,
  'kubectl.kubernetes.io/last-applied-configuration',
];

/** The text of a new job like another one, under another name. */
export function copyOfJob(job: ArenaObject): string {
  const { apiVersion, kind, metadata, spec } = job;
  const { name, namespace, labels, annotations = {} } = metadata;
  const kept = Object.entries(annotations).filter(
    ([key]) => !OWN.includes(key),
  );
  return stringify(
    {
      apiVersion,
      kind,
      metadata: {
        name: `${name}-copy`,
        namespace,
        ...(labels && { labels }),
        ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
      },
      spec,
    },
    { lineWidth: 0 },
  );
}
