import { JsonObject } from '@backstage/types';

/** API group of the kinds that the published API has. @public */
export const ARENA_API_GROUP = 'omnia.altairalabs.ai';

/** @public */
export const ARENA_API_VERSION = 'omnia.altairalabs.ai/v1alpha1';

/** API group of what this product adds: the other group is not ours to extend. @public */
export const ARENA_EXTENSION_API_GROUP = 'arena.backstage.io';

/** Name of the cluster whose objects live in the Backstage database. @public */
export const EMBEDDED_CLUSTER = 'embedded';

/** The kinds of the API. @public */
export type ArenaKind =
  | 'ArenaJob'
  | 'ArenaSource'
  | 'ArenaConfig'
  | 'Provider'
  | 'AgentRuntime'
  | 'ToolRegistry'
  | 'ArenaReferenceGrant';

/** Names of a kind, as in a CRD's `spec.names`, and its API group. @public */
export interface ArenaKindNames {
  group: string;
  kind: ArenaKind;
  plural: string;
  singular: string;
  shortNames: string[];
}

/** @public */
export const ARENA_KINDS: readonly ArenaKindNames[] = [
  {
    group: ARENA_API_GROUP,
    kind: 'ArenaJob',
    plural: 'arenajobs',
    singular: 'arenajob',
    shortNames: ['aj'],
  },
  {
    group: ARENA_API_GROUP,
    kind: 'ArenaSource',
    plural: 'arenasources',
    singular: 'arenasource',
    shortNames: ['asrc'],
  },
  {
    group: ARENA_API_GROUP,
    kind: 'ArenaConfig',
    plural: 'arenaconfigs',
    singular: 'arenaconfig',
    shortNames: ['acfg'],
  },
  {
    group: ARENA_API_GROUP,
    kind: 'Provider',
    plural: 'providers',
    singular: 'provider',
    shortNames: ['prov'],
  },
  {
    group: ARENA_API_GROUP,
    kind: 'AgentRuntime',
    plural: 'agentruntimes',
    singular: 'agentruntime',
    shortNames: ['ar'],
  },
  {
    group: ARENA_API_GROUP,
    kind: 'ToolRegistry',
    plural: 'toolregistries',
    singular: 'toolregistry',
    shortNames: ['tr'],
  },
  {
    group: ARENA_EXTENSION_API_GROUP,
    kind: 'ArenaReferenceGrant',
    plural: 'arenareferencegrants',
    singular: 'arenareferencegrant',
    shortNames: ['arg'],
  },
];

/** `apiVersion` of the objects of a kind. @public */
export function apiVersionOf(kind: ArenaKind): string {
  return `${ARENA_KINDS.find(names => names.kind === kind)!.group}/v1alpha1`;
}

/** Every `apiVersion` that an object can have. @public */
export const ARENA_API_VERSIONS: readonly string[] = [
  ...new Set(ARENA_KINDS.map(({ kind }) => apiVersionOf(kind))),
];

/**
 * Finds a kind by any of its names, in any letter case.
 *
 * @public
 */
export function findArenaKind(name: string): ArenaKindNames | undefined {
  const wanted = name.toLocaleLowerCase('en-US');
  return ARENA_KINDS.find(
    names =>
      names.kind.toLocaleLowerCase('en-US') === wanted ||
      names.plural === wanted ||
      names.singular === wanted ||
      names.shortNames.includes(wanted),
  );
}

/** @public */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Metadata as Kubernetes has it. Times are RFC 3339 in UTC with seconds. @public */
export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

/** @public */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration: number;
}

/** An object of the API as the server returns it. @public */
export interface ArenaObject<
  TSpec extends object = JsonObject,
  TStatus extends object = JsonObject,
> {
  apiVersion: string;
  kind: ArenaKind;
  metadata: ObjectMeta;
  spec: TSpec;
  status?: TStatus;
}

/** An object as a caller sends it: the server fills in the rest of its metadata. @public */
export interface ArenaObjectInput<TSpec extends object = JsonObject> {
  apiVersion: string;
  kind: ArenaKind;
  metadata: Partial<ObjectMeta>;
  spec: TSpec;
}

/** Address of an object. @public */
export interface ObjectKey {
  namespace: string;
  name: string;
}

/** Something that happened to an object, as `kubectl describe` shows it. @public */
export interface ArenaEvent {
  id: string;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  involvedObject: {
    kind: ArenaKind;
    namespace: string;
    name: string;
    uid: string;
  };
}

/** Labels of the pods that work for a job. @public */
export const ARENA_LABELS = {
  /** Name of the job. */
  job: 'omnia.altairalabs.ai/job',
  /** Id of the run. */
  run: 'arena.backstage.io/run',
} as const;

/** Annotations and labels that the product reads and writes. @public */
export const ARENA_ANNOTATIONS = {
  /** User entity reference of who created the object; written by the server. */
  creator: 'arena.backstage.io/creator',
  /** Entity reference of the owner. */
  owner: 'arena.backstage.io/owner',
  /** Entity reference of the component or API under test. */
  component: 'arena.backstage.io/component',
  /** Id of the run that this job repeats with the same pins. */
  rerunOf: 'arena.backstage.io/rerun-of',
  /** With `rerunOf`: `failed` repeats only the items that failed or errored. */
  rerunItems: 'arena.backstage.io/rerun-items',
  /** Label, on clusters: which controller takes the object, where there are several. */
  controllerClass: 'arena.backstage.io/controller-class',
  /** On Secrets: hosts of sources that their values may be sent to, with commas between them; `*.suffix` and `*` are allowed. */
  sourceCredentials: 'arena.backstage.io/source-credentials',
  /** Any new value makes a source fetch at once. */
  reconcileAt: 'omnia.altairalabs.ai/reconcile-at',
} as const;
