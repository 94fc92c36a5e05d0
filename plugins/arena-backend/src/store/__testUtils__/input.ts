import { JsonObject } from '@backstage/types';
import {
  ARENA_API_VERSION,
  ArenaKind,
  ArenaObject,
  ArenaObjectInput,
  ObjectMeta,
} from '@backstage-arena/plugin-arena-common';

/** An object to be created; an ArenaJob in the namespace `team` unless told otherwise. */
export function input(
  name: string,
  options: {
    kind?: ArenaKind;
    spec?: JsonObject;
    metadata?: Partial<ObjectMeta>;
  } = {},
): ArenaObjectInput<JsonObject> {
  return {
    apiVersion: ARENA_API_VERSION,
    kind: options.kind ?? 'ArenaJob',
    metadata: { name, namespace: 'team', ...options.metadata },
    spec: options.spec ?? { sourceRef: { name: 'source' } },
  };
}

/** Metadata of what another object owns. */
export function ownedBy(owner: ArenaObject): Partial<ObjectMeta> {
  return {
    ownerReferences: [
      {
        apiVersion: owner.apiVersion,
        kind: owner.kind,
        name: owner.metadata.name,
        uid: owner.metadata.uid,
        controller: true,
      },
    ],
  };
}
