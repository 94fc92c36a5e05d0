import {
  ArenaProviderEntry,
  Provider,
  ResolvedProvider,
  toBundleProviderSpec,
} from '@backstage-arena/plugin-arena-common';
import { isDeepStrictEqual } from 'node:util';
import { ObjectReader } from '../reconciler/getOrUndefined';
import { SecretReader } from './credentials';
import { findLent } from './findLent';
import { Referrer } from './grants';
import { resolveAgent } from './resolveAgent';

/** Either all providers, or why not. */
export type ProviderResolution =
  | { ok: true; providers: ResolvedProvider[] }
  | ProviderRefusal;

interface ProviderRefusal {
  ok: false;
  reason: string;
  message: string;
}

/**
 * Resolves the providers and agents that a job or a config names into what a worker needs to call them. Each gets a credential slot of its
 * own, so that two providers of one type never share a key.
 */
export async function resolveProviders(options: {
  store: ObjectReader;
  secrets: SecretReader;
  /** Whose references they are. */
  referrer: Referrer;
  groups: Record<string, ArenaProviderEntry[]>;
}): Promise<ProviderResolution> {
  const { store, secrets, referrer } = options;
  const { namespace } = referrer;
  const resolved: ResolvedProvider[] = [];
  const ids = new Set<string>();

  // A fixed order, so that the same spec always gives the same plan.
  const groups = Object.entries(options.groups).sort(([a], [b]) =>
    orderOfGroup(a) < orderOfGroup(b) ? -1 : 1,
  );
  const nextSlot = () => `ARENA_CREDENTIAL_${resolved.length + 1}`;
  for (const [group, entries] of groups) {
    for (const [index, entry] of entries.entries()) {
      if (entry.agentRef) {
        const { name } = entry.agentRef;
        const agent = await resolveAgent({ namespace, name }, options);
        if (!agent.ok) {
          const field = `spec.providers[${group}][${index}].agentRef`;
          return { ...agent, message: `${field}: ${agent.message}` };
        }
        const { spec, credentialSource } = agent;
        resolved.push({
          id: uniqueId(ids, [`agent-${name}`, `${group}-agent-${name}`]),
          group,
          bindsTo: entry.id,
          spec,
          ...(credentialSource
            ? { credentialSlot: nextSlot(), credentialSource }
            : undefined),
        });
        continue;
      }
      const ref = entry.providerRef;
      if (!ref) continue;
      const field = `spec.providers[${group}][${index}].providerRef`;
      const home = ref.namespace ?? namespace;
      const lookup = await findLent<Provider>({
        store,
        referrer,
        kind: 'Provider',
        key: { namespace: home, name: ref.name },
      });
      if (!lookup.ok) {
        return { ...lookup, message: `${field}: ${lookup.message}` };
      }
      const provider = lookup.object;
      const credential = await secrets.find(provider);
      if (credential.state === 'missing') {
        return {
          ok: false,
          reason: credential.reason,
          message: `${field}: ${credential.message}`,
        };
      }
      const id = uniqueId(ids, [
        ref.name,
        ...(home === namespace ? [] : [`${home}.${ref.name}`]),
        `${group}-${ref.name}`,
      ]);
      resolved.push({
        id,
        group,
        bindsTo: entry.id,
        spec: toBundleProviderSpec(provider.spec),
        providerRef: { namespace: home, name: ref.name },
        ...(credential.state === 'found'
          ? {
              credentialSlot: nextSlot(),
              credentialSource: credential.source,
            }
          : undefined),
      });
    }
  }
  return { ok: true, providers: resolved };
}

/**
 * Why a run with these pinned providers may not be repeated, or undefined when it may. What another namespace lends can have been
 * taken back since the run was planned, and so can its credential when the Provider names another one; the providers of the job's own
 * namespace are used as they were pinned.
 */
export async function findWithdrawnProvider(options: {
  store: ObjectReader;
  secrets: SecretReader;
  referrer: Referrer;
  providers: readonly ResolvedProvider[];
}): Promise<ProviderRefusal | undefined> {
  const { store, secrets, referrer, providers } = options;
  const { namespace } = referrer;
  for (const { id, providerRef, credentialSource } of providers) {
    if (providerRef && providerRef.namespace !== namespace) {
      const lookup = await findLent<Provider>({
        store,
        referrer,
        kind: 'Provider',
        key: providerRef,
      });
      if (!lookup.ok) {
        return {
          ...lookup,
          message: `Pinned provider ${id}: ${lookup.message}`,
        };
      }
      if (!credentialSource) continue;
      const now = await secrets.find(lookup.object);
      if (
        now.state !== 'found' ||
        !isDeepStrictEqual(now.source, credentialSource)
      ) {
        return {
          ok: false,
          reason: 'CredentialChanged',
          message: `Pinned provider ${id}: Provider ${providerRef.name} of namespace ${providerRef.namespace} no longer has the credential that it lent to the run; create a new job`,
        };
      }
      continue;
    }
    if (
      credentialSource &&
      'namespace' in credentialSource &&
      credentialSource.namespace !== namespace &&
      !providerRef
    ) {
      // Without the Provider's name nobody can say that its owner still lends it.
      return {
        ok: false,
        reason: 'ProviderNotGranted',
        message: `Pinned provider ${id} uses a credential of namespace ${credentialSource.namespace}, and the run does not say which Provider lends it; create a new job`,
      };
    }
  }
  return undefined;
}

/** The systems under test come first in reports. */
function orderOfGroup(group: string): string {
  return group === 'default' ? '' : ` ${group}`;
}

function uniqueId(taken: Set<string>, candidates: string[]): string {
  const last = candidates[candidates.length - 1];
  let id = candidates.find(candidate => !taken.has(candidate));
  for (let n = 2; id === undefined; n += 1) {
    if (!taken.has(`${last}-${n}`)) id = `${last}-${n}`;
  }
  taken.add(id);
  return id;
}
