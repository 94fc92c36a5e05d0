import {
  agentFacade,
  AgentRuntime,
  ResolvedProvider,
  toAgentProviderSpec,
} from '@backstage-arena/plugin-arena-common';
import { findCondition } from '../reconciler/conditions';
import { getOrUndefined, ObjectReader } from '../reconciler/getOrUndefined';
import { SecretReader } from './credentials';
import { TOKEN_KEYS } from './headerCredentials';

/** What a worker needs to reach an agent, or why it cannot. */
export type AgentResolution =
  | {
      ok: true;
      spec: ResolvedProvider['spec'];
      credentialSource: ResolvedProvider['credentialSource'];
    }
  | { ok: false; reason: string; message: string };

/** Resolves an AgentRuntime into a provider of type `agent`. An agent that does not answer is waited for. */
export async function resolveAgent(
  key: { namespace: string; name: string },
  from: { store: ObjectReader; secrets: SecretReader },
): Promise<AgentResolution> {
  const agent = await getOrUndefined<AgentRuntime>(
    from.store,
    'AgentRuntime',
    key,
  );
  if (!agent) {
    return {
      ok: false,
      reason: 'AgentNotFound',
      message: `AgentRuntime ${key.name} does not exist in namespace ${key.namespace}`,
    };
  }
  const url = readyUrl(agent);
  if (typeof url !== 'string') {
    return {
      ok: false,
      reason: 'AgentNotReady',
      message: `AgentRuntime ${key.name} ${url.obstacle}`,
    };
  }
  const facade = agentFacade(agent.spec);
  const own = 'url' in facade ? facade : undefined;
  let credentialSource;
  if (own?.secretRef) {
    const lookup = await from.secrets.findSecret({
      namespace: key.namespace,
      ref: own.secretRef,
      keys: TOKEN_KEYS,
    });
    if (lookup.state === 'missing') return { ok: false, ...lookup };
    credentialSource = lookup.source;
  }
  return {
    ok: true,
    credentialSource,
    spec: toAgentProviderSpec({
      ...key,
      url,
      clientToolTimeout: own?.clientToolTimeout,
    }),
  };
}

/** The address in the status, whoever wrote it, once the agent answers there. */
function readyUrl({
  metadata,
  status,
}: AgentRuntime): string | { obstacle: string } {
  const observed = status?.observedGeneration ?? metadata.generation;
  if (!status?.phase || observed !== metadata.generation) {
    return { obstacle: 'has not been looked at yet' };
  }
  if (status.phase !== 'Running') {
    const reason = findCondition(status.conditions, 'Ready')?.message;
    return { obstacle: `is ${status.phase}${reason ? `: ${reason}` : ''}` };
  }
  const endpoint = status.facade?.endpoints?.find(
    ({ type, url }) => type === 'websocket' && /^wss?:/.test(url ?? ''),
  );
  if (endpoint?.url) return endpoint.url;
  return status.serviceEndpoint
    ? `ws://${status.serviceEndpoint}/ws`
    : { obstacle: 'has no endpoint' };
}
