import { JsonObject } from '@backstage/types';
import { ARENA_ANNOTATIONS } from '@backstage-arena/plugin-arena-common';
import { WantedObject } from './createOnce';
import { JobInput } from './jobSchema';

/** The job that an input asks for. */
export function wantedJob(input: JobInput): WantedObject {
  const { cluster, name, generateName, labels, component, owner } = input;
  return {
    kind: 'ArenaJob',
    cluster,
    namespace: input.namespace ?? 'default',
    name,
    generateName,
    labels,
    annotations: {
      ...(component && { [ARENA_ANNOTATIONS.component]: component }),
      ...(owner && { [ARENA_ANNOTATIONS.owner]: owner }),
    },
    spec: input.spec as JsonObject,
  };
}
