import { ArenaObject } from '@backstage-arena/plugin-arena-common';

/** Annotation of a Provider or a ToolRegistry: namespaces, separated by commas, whose jobs may use it; `*` for all. */
export const ALLOWED_NAMESPACES_ANNOTATION =
  'arena.backstage.io/allowed-namespaces';

/** True when the owner of the object lets that namespace use it. */
export function isGranted(object: ArenaObject, namespace: string): boolean {
  const allowed =
    object.metadata.annotations?.[ALLOWED_NAMESPACES_ANNOTATION] ?? '';
  return allowed
    .split(',')
    .map(entry => entry.trim())
    .some(entry => entry === namespace || entry === '*');
}
