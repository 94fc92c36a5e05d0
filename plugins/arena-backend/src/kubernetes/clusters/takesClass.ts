import { ArenaObject } from '@backstage-arena/plugin-arena-common';

/** Label that says whose controllers an object is for, where several portals or Omnia share a cluster. */
export const CONTROLLER_CLASS_LABEL = 'arena.backstage.io/controller-class';

/** Which objects the controllers of a class take: those that bear its name, or all when there is no class. */
export function takesClass(
  controllerClass: string | undefined,
): (object: ArenaObject) => boolean {
  return object =>
    controllerClass === undefined ||
    object.metadata.labels?.[CONTROLLER_CLASS_LABEL] === controllerClass;
}
