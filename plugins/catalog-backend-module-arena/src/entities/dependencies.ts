import { JsonObject, JsonValue } from '@backstage/types';
import {
  arenaEntityRef,
  ArenaKind,
} from '@backstage-arena/plugin-arena-common';

/** Reference of the entity of an object. */
export type RefOf = (object: {
  kind: ArenaKind;
  namespace: string;
  name: string;
}) => string;

/** References of what a job uses, each once, in the order of the job. */
export interface JobDependencies {
  source?: string;
  providers: string[];
  agents: string[];
}

/** References to entities of objects of a cluster. */
export function refsWithin(cluster: string): RefOf {
  return object => arenaEntityRef({ ...object, cluster });
}

/**
 * What a job uses, as far as its spec says it: jobs without `providers` use those of their arena file, which are no objects.
 *
 * Reads a spec of any form, since documents get here before they are checked.
 */
export function jobDependencies(
  spec: JsonObject,
  options: { namespace: string; refOf: RefOf },
): JobDependencies {
  const { namespace, refOf } = options;
  const providers = new Set<string>();
  const agents = new Set<string>();
  for (const entry of entriesOf(spec.providers)) {
    const provider = referenceOf(entry.providerRef, namespace);
    if (provider) providers.add(refOf({ kind: 'Provider', ...provider }));
    const agent = referenceOf(entry.agentRef, namespace);
    if (agent) agents.add(refOf({ kind: 'AgentRuntime', ...agent }));
  }
  const source = referenceOf(spec.sourceRef, namespace);
  const isSource =
    isObject(spec.sourceRef) && spec.sourceRef.kind !== 'ArenaConfig';
  return {
    ...(source &&
      isSource && { source: refOf({ kind: 'ArenaSource', ...source }) }),
    providers: [...providers],
    agents: [...agents],
  };
}

/** References of the providers that an agent uses. */
export function agentDependencies(
  spec: JsonObject,
  options: { namespace: string; refOf: RefOf },
): string[] {
  const { namespace, refOf } = options;
  const entries = Array.isArray(spec.providers) ? spec.providers : [];
  const refs = new Set<string>();
  for (const entry of entries.filter(isObject)) {
    const provider = referenceOf(entry.providerRef, namespace);
    if (provider) refs.add(refOf({ kind: 'Provider', ...provider }));
  }
  return [...refs];
}

function entriesOf(providers: JsonValue | undefined): JsonObject[] {
  if (!isObject(providers)) return [];
  return Object.values(providers)
    .flatMap(group => (Array.isArray(group) ? group : []))
    .filter(isObject);
}

function referenceOf(
  value: JsonValue | undefined,
  namespace: string,
): { namespace: string; name: string } | undefined {
  if (!isObject(value) || !isText(value.name)) return undefined;
  return {
    name: value.name,
    namespace: isText(value.namespace) ? value.namespace : namespace,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** True for a map, as opposed to a list, a text, a number or nothing. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
