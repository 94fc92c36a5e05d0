import { ProviderEntry } from '../../bundle/BundleContent';
import { ProviderSpec } from '../../bundle/schemas/provider';
import { goDurationMs } from '../../util/goDuration';
import { ChatProvider, ProviderError } from '../ChatProvider';
import { SecretReader } from '../SecretReader';
import { AgentProvider } from './AgentProvider';
import { isInternalHost } from './internalHost';

const HANDSHAKE_TIMEOUT_MS = 10_000;
const CONNECTED_TIMEOUT_MS = 30_000;
/** Agents run tools and other agents before they say anything. */
const REQUEST_TIMEOUT_MS = 120_000;
const IDLE_TIMEOUT_MS = 60_000;
const TOOL_TIMEOUT_MS = 60_000;

/**
 * Builds the client of an agent from a spec of type `agent`: `base_url` is the address of its WebSocket,
 * `additional_config.agent` and `additional_config.namespace` say which agent of the server is meant, and
 * `additional_config.client_tool_timeout` how long it waits for a tool of its client. What is wrong with the
 * spec fails its calls, not the run.
 */
export function createAgentProvider(
  candidate: ProviderEntry,
  secrets: SecretReader,
): ChatProvider {
  const { id, spec, credentialSlot } = candidate;
  try {
    const url = agentUrl(candidate);
    const token = credentialSlot
      ? requireToken(credentialSlot, secrets)
      : undefined;
    if (token && url.protocol === 'ws:' && !isInternalHost(url.hostname)) {
      throw new Error(
        `base_url is ${url.origin}: a credential is sent unencrypted only within the machine, the private network or the cluster; use wss://`,
      );
    }
    return new AgentProvider({
      url,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...spec.headers,
      },
      handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
      connectedTimeoutMs: CONNECTED_TIMEOUT_MS,
      requestTimeoutMs:
        goDurationMs(spec.request_timeout) ?? REQUEST_TIMEOUT_MS,
      idleTimeoutMs: goDurationMs(spec.stream_idle_timeout) ?? IDLE_TIMEOUT_MS,
      toolTimeoutMs: toolTimeout(spec) ?? TOOL_TIMEOUT_MS,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fault = new ProviderError(
      'bundle',
      `Agent "${id}": ${reason}`,
      false,
    );
    return {
      chat: () => Promise.reject(fault),
      close: () => Promise.resolve(),
    };
  }
}

function agentUrl({ id, spec }: ProviderEntry): URL {
  const given = spec.base_url ?? '';
  const allowed = 'allowed are addresses such as ws://localhost:8080/ws';
  if (!URL.canParse(given)) {
    throw new Error(`base_url is '${given}': ${allowed}`);
  }
  const url = new URL(given.replace(/^http/, 'ws'));
  if (!['ws:', 'wss:'].includes(url.protocol)) {
    throw new Error(`base_url is '${given}': ${allowed}`);
  }
  const { agent, namespace } = spec.additional_config ?? {};
  url.searchParams.set('agent', typeof agent === 'string' ? agent : id);
  if (typeof namespace === 'string') {
    url.searchParams.set('namespace', namespace);
  }
  return url;
}

function toolTimeout({ additional_config: config }: ProviderSpec) {
  const given = config?.client_tool_timeout;
  return typeof given === 'string' ? goDurationMs(given) : undefined;
}

function requireToken(slot: string, secrets: SecretReader): string {
  const token = secrets.slot(slot);
  if (!token) throw new Error(`the credential slot ${slot} is empty`);
  return token;
}
