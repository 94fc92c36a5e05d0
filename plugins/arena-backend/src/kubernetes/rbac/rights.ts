import {
  ARENA_KINDS,
  ArenaKindNames,
  hasStatus,
} from '@backstage-arena/plugin-arena-common';

/** What may be done with a resource. */
export type Verb =
  | 'get'
  | 'list'
  | 'watch'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete';

/** Something that the portal may do in a cluster. */
export interface Right {
  /** Empty: the core group. */
  group: string;
  /** Plural, with a subresource after a slash. */
  resource: string;
  verbs: readonly Verb[];
  /** `served`: wherever jobs run. `home`: in the namespace of the portal alone. */
  where: 'served' | 'home';
  /** What it is needed for; ends up beside the rule. */
  why: string;
}

function ofKinds(
  kinds: readonly ArenaKindNames[],
  verbs: Right['verbs'],
  why: string,
  suffix = '',
): Right[] {
  return kinds.map(({ group, plural }) => ({
    group,
    resource: `${plural}${suffix}`,
    verbs,
    where: 'served',
    why,
  }));
}

/**
 * Everything that the portal may do in a cluster: the one list that the manifests, the chart and the documentation are made from. Workers
 * may do nothing, and have no token.
 */
export const RIGHTS: readonly Right[] = [
  ...ofKinds(
    ARENA_KINDS,
    ['get', 'list', 'watch', 'create', 'update', 'delete'],
    'The objects of Arena: read through a cache, written on behalf of users',
  ),
  ...ofKinds(
    ARENA_KINDS.filter(({ kind }) => hasStatus(kind)),
    ['patch'],
    'What was observed of an object, written by the controllers',
    '/status',
  ),
  {
    group: 'batch',
    resource: 'jobs',
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
    where: 'served',
    why: 'One Job of workers for each run, scaled while it runs',
  },
  {
    group: '',
    resource: 'pods',
    verbs: ['list', 'watch'],
    where: 'served',
    why: 'Why a worker does not start, or has died',
  },
  {
    group: '',
    resource: 'secrets',
    verbs: ['get', 'create', 'patch', 'delete'],
    where: 'served',
    why: 'Credentials of providers, read when a run needs them; the Secret of each run with its token. Never listed',
  },
  {
    group: '',
    resource: 'configmaps',
    verbs: ['get'],
    where: 'served',
    why: 'Bundles of sources of type configmap, read when they are fetched. Never listed',
  },
  {
    group: '',
    resource: 'events',
    verbs: ['get', 'list', 'watch', 'create', 'patch'],
    where: 'served',
    why: 'What happened to an object, as kubectl describe shows it',
  },
  {
    group: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'create', 'update'],
    where: 'home',
    why: 'Which replica of the portal is the controller',
  },
];
