import { AgentRuntimeSpec } from '../resources/agentruntime';

/** Where an agent listens, as its spec says. @public */
export interface AgentFacade {
  /** `ws://` or `wss://`. */
  url: string;
  /** Secret with the token that clients sign in with. */
  secretRef?: { name: string; key?: string };
  /** How long the agent waits for a tool of its client. */
  clientToolTimeout: string;
}

/**
 * The first facade of type websocket.
 *
 * @returns the reason when there is none, or when it does not say where it is reached.
 * @public
 */
export function agentFacade(
  spec: AgentRuntimeSpec,
): AgentFacade | { missing: string } {
  const list = spec.facades ?? (spec.facade ? [spec.facade] : []);
  const index = list.findIndex(({ type }) => type === 'websocket');
  if (index < 0) {
    return { missing: 'spec.facades has no facade of type websocket' };
  }
  const field = spec.facades ? `spec.facades[${index}]` : 'spec.facade';
  const { expose, clientToolTimeout } = list[index];
  const { url, secretRef } = expose ?? {};
  if (!url) {
    return {
      missing: `${field}.expose.url is not set: it says where the agent is reached, for example ws://localhost:8080/ws`,
    };
  }
  // A foreign definition of the object may let anything pass.
  if (!/^(wss?|https?):/.test(url) || !URL.canParse(url)) {
    return {
      missing: `${field}.expose.url is '${url}': allowed are addresses such as ws://localhost:8080/ws`,
    };
  }
  return { url: websocketUrl(url), secretRef, clientToolTimeout };
}

/** Facades listen at `/ws` unless something else is said. */
function websocketUrl(text: string): string {
  const url = new URL(text.replace(/^http/, 'ws'));
  if (url.pathname === '/') url.pathname = '/ws';
  return url.href;
}

/**
 * Writes how an agent is reached in the words of a bundle's provider file.
 *
 * @param clientToolTimeout - how long the agent waits for a tool of its client
 * @public
 */
export function toAgentProviderSpec(agent: {
  namespace: string;
  name: string;
  url: string;
  clientToolTimeout?: string;
}): Record<string, unknown> {
  const { namespace, name, url, clientToolTimeout } = agent;
  return {
    type: 'agent',
    base_url: url,
    // What an agent can do is its own; a scenario that asks for one of these is meant for it as well.
    capabilities: ['text', 'streaming', 'tools'],
    additional_config: {
      agent: name,
      namespace,
      ...(clientToolTimeout ? { client_tool_timeout: clientToolTimeout } : {}),
    },
  };
}
