import {
  ARENA_ANNOTATIONS,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';

/** Which objects the controllers of a class take: those that bear its name, or all when there is no class. */
export function takesClass(
  controllerClass: string | undefined,
): (object: ArenaObject) => boolean {
  return object =>
    controllerClass === undefined ||
    object.metadata.labels?.[ARENA_ANNOTATIONS.controllerClass] ===
      controllerClass;
}
