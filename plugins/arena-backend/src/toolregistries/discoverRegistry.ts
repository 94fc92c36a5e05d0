import {
  ToolHandler,
  ToolRegistry,
} from '@backstage-arena/plugin-arena-common';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { inheritedEnvironment } from '../launcher/workerEnvironment';
import { SecretReader } from '../planning/credentials';
import {
  findHeaderCredential,
  readHeaderValue,
} from '../planning/headerCredentials';
import { parseDuration } from '../reconciler/parseDuration';
import { PROBE_TIMEOUT_MS, Web } from '../web/Web';
import { FoundTool, HandlerFault } from './HandlerKind';
import { handlerSignIn } from './handlerSignIn';
import { HANDLER_KINDS } from './kinds';

export interface DiscoveryOptions {
  web: Web;
  secrets: SecretReader;
  config: Pick<ArenaBackendConfig, 'bundles'>;
  /** Of the backend; programs that are started get an allow-listed part of it. */
  environment: NodeJS.ProcessEnv;
}

/** What was found out about one handler. */
export interface HandlerFindings {
  handler: ToolHandler;
  tools: FoundTool[];
  /** What is wrong with the handler in itself. */
  fault?: string;
  /** Why tools could not be listed, or which do not answer. */
  failure?: string;
}

const HANDLERS_AT_A_TIME = 4;
const HANDLER_TIMEOUT_MS = 30_000;

/** Looks at each handler of a registry. What is wrong with one hides nothing of the others. */
export async function discoverRegistry(
  registry: ToolRegistry,
  from: DiscoveryOptions,
): Promise<HandlerFindings[]> {
  const { handlers } = registry.spec;
  const findings = new Array<HandlerFindings>(handlers.length);
  const waiting = handlers.entries();
  const work = async () => {
    for (const [index, handler] of waiting) {
      findings[index] = await discoverHandler(registry, handler, from);
    }
  };
  await Promise.all(Array.from({ length: HANDLERS_AT_A_TIME }, work));
  return findings;
}

async function discoverHandler(
  { metadata: { namespace }, spec: { probe } }: ToolRegistry,
  handler: ToolHandler,
  { web, secrets, config, environment }: DiscoveryOptions,
): Promise<HandlerFindings> {
  const kind = HANDLER_KINDS[handler.type];
  const fault = kind.fault?.(handler, { stdio: config.bundles.allowStdio });
  let headers: Record<string, string>;
  try {
    headers = await signInHeaders(handler, namespace, secrets);
  } catch (error) {
    return { handler, tools: [], fault: messageOf(error) };
  }
  // Nobody is asked for the tools of a handler that may not be used, and no program is started.
  if (fault) return { handler, tools: kind.known?.(handler) ?? [], fault };
  try {
    const tools = await kind.discover(handler, {
      web,
      headers,
      allowStdio: config.bundles.allowStdio,
      probe: probe?.enabled ?? true,
      probeTimeoutMs: parseDuration(probe?.timeout ?? '') ?? PROBE_TIMEOUT_MS,
      timeoutMs: parseDuration(handler.timeout) ?? HANDLER_TIMEOUT_MS,
      environment: inheritedEnvironment(environment),
    });
    const silent = tools.find(({ status }) => status === 'Unavailable');
    return {
      handler,
      tools,
      failure:
        silent && `tool ${silent.name} is unavailable: ${silent.error ?? ''}`,
    };
  } catch (error) {
    return error instanceof HandlerFault
      ? { handler, tools: [], fault: error.message }
      : { handler, tools: [], failure: messageOf(error) };
  }
}

async function signInHeaders(
  handler: ToolHandler,
  namespace: string,
  secrets: SecretReader,
): Promise<Record<string, string>> {
  const signIn = handlerSignIn(handler);
  if (!signIn) return {};
  const found = await findHeaderCredential(secrets, namespace, signIn);
  if (found.state === 'missing') throw new Error(found.message);
  const value = await readHeaderValue(secrets, found.credential);
  return value === undefined ? {} : { Authorization: value };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
