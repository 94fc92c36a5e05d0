import { ARENA_KINDS, ArenaKind } from '../resources/meta';

/** Where an object is. @public */
export interface ArenaObjectAddress {
  kind: ArenaKind;
  cluster: string;
  namespace: string;
  name: string;
}

/**
 * What permissions are asked about: an object, or a run, which outlives its job.
 *
 * @public
 */
export type ArenaPermissionTarget = ArenaObjectAddress | { runId: string };

/**
 * How the permission framework refers to an object: `arenajob:<cluster>/<namespace>/<name>`. To be given as `resourceRef`.
 *
 * @public
 */
export function arenaObjectResourceRef(address: ArenaObjectAddress): string {
  const { kind, cluster, namespace, name } = address;
  return `${kind.toLowerCase()}:${cluster}/${namespace}/${name}`;
}

/** How the permission framework refers to a run: `run:<runId>`. To be given as `resourceRef`. @public */
export function arenaRunResourceRef(runId: string): string {
  return `run:${runId}`;
}

/** What a reference speaks of; undefined for what is none of ours. @public */
export function parseArenaResourceRef(
  ref: string,
): ArenaPermissionTarget | undefined {
  const run = /^run:([^/]+)$/.exec(ref);
  if (run) return { runId: run[1] };
  const [, prefix, cluster, namespace, name] =
    /^([a-z]+):([^/]+)\/([^/]+)\/([^/]+)$/.exec(ref) ?? [];
  const kind = ARENA_KINDS.find(
    candidate => candidate.kind.toLowerCase() === prefix,
  )?.kind;
  return kind && { kind, cluster, namespace, name };
}
