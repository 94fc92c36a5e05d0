import {
  DiscoveredTool,
  HeaderCredential,
  ResolvedTool,
  ToolHandler,
  ToolRegistry,
} from '@backstage-arena/plugin-arena-common';
import { findCondition } from '../reconciler/conditions';
import { ObjectReader } from '../reconciler/getOrUndefined';
import { parseDuration } from '../reconciler/parseDuration';
import { handlerSignIn } from '../toolregistries/handlerSignIn';
import { HANDLER_KINDS } from '../toolregistries/kinds';
import { SecretReader } from './credentials';
import { findLent, LentLookup } from './findLent';
import { Referrer } from './grants';
import { findHeaderCredential } from './headerCredentials';

/** Either all tools, or why not. */
export type ToolResolution = { ok: true; tools: ResolvedTool[] } | ToolRefusal;

interface ToolRefusal {
  ok: false;
  reason: string;
  message: string;
}

interface RegistryRef {
  name: string;
  namespace?: string;
}

/**
 * Resolves the registries that a job or a config names into the tools of its run. They take the place of the arena file's, so a
 * registry that is not whole is waited for: without some of its tools, verdicts would be those of another test.
 */
export async function resolveTools(options: {
  store: ObjectReader;
  secrets: SecretReader;
  /** Whose references they are. */
  referrer: Referrer;
  registries: readonly RegistryRef[];
}): Promise<ToolResolution> {
  const { store, secrets, referrer, registries } = options;
  const tools = new Map<string, ResolvedTool>();
  let slots = 0;
  for (const [index, ref] of registries.entries()) {
    const field = `spec.toolRegistries[${index}]`;
    const key = {
      namespace: ref.namespace ?? referrer.namespace,
      name: ref.name,
    };
    const found = await findUsable(store, referrer, key);
    if (!found.ok) return { ...found, message: `${field}: ${found.message}` };
    const registry = found.object;

    const credentials = new Map<string, Credentials>();
    for (const handler of registry.spec.handlers) {
      const credential = await findCredential(secrets, key.namespace, handler);
      if ('message' in credential) {
        return {
          ...credential,
          message: `${field}: handler ${handler.name}: ${credential.message}`,
        };
      }
      const { found: header } = credential;
      if (!header) continue;
      slots += 1;
      credentials.set(handler.name, {
        credentialSlots: { Authorization: `ARENA_CREDENTIAL_TOOL_${slots}` },
        credentialSources: { Authorization: header },
      });
    }

    for (const discovered of registry.status?.discoveredTools ?? []) {
      const handler = registry.spec.handlers.find(
        ({ name }) => name === discovered.handlerName,
      );
      if (!handler) continue;
      const other = tools.get(discovered.name);
      if (other) {
        return {
          ok: false,
          reason: 'DuplicateTool',
          message: `${field}: tool ${discovered.name} is in ToolRegistry ${other.registry} and in ToolRegistry ${ref.name}; names of tools must be unique`,
        };
      }
      tools.set(discovered.name, {
        name: discovered.name,
        registry: ref.name,
        spec: toSpec(handler, discovered),
        registryRef: key,
        ...credentials.get(handler.name),
      });
    }
  }
  return { ok: true, tools: [...tools.values()] };
}

/** Why a run with these pinned tools may not be repeated: what another namespace lends can have been taken back. */
export async function findWithdrawnRegistry(options: {
  store: ObjectReader;
  referrer: Referrer;
  tools: readonly ResolvedTool[];
}): Promise<ToolRefusal | undefined> {
  const { store, referrer, tools } = options;
  const refs = new Map(
    tools.flatMap(({ registryRef: ref }) =>
      ref && ref.namespace !== referrer.namespace
        ? [[`${ref.namespace}/${ref.name}`, ref]]
        : [],
    ),
  );
  for (const key of refs.values()) {
    const lookup = await findLent({
      store,
      referrer,
      kind: 'ToolRegistry',
      key,
    });
    if (!lookup.ok) {
      return { ...lookup, message: `Pinned tools: ${lookup.message}` };
    }
  }
  return undefined;
}

type Credentials = Pick<ResolvedTool, 'credentialSlots' | 'credentialSources'>;

async function findUsable(
  store: ObjectReader,
  referrer: Referrer,
  key: { namespace: string; name: string },
): Promise<LentLookup<ToolRegistry>> {
  const found = await findLent<ToolRegistry>({
    store,
    referrer,
    kind: 'ToolRegistry',
    key,
  });
  if (!found.ok) return found;
  const { metadata, status } = found.object;
  const isSeen =
    status?.phase !== undefined &&
    (status.observedGeneration ?? metadata.generation) === metadata.generation;
  if (isSeen && status.phase === 'Ready') return found;
  const why = isSeen
    ? `is ${status.phase}: ${
        findCondition(status.conditions, 'Ready')?.message ?? 'no reason given'
      }`
    : 'has not been looked at yet';
  return {
    ok: false,
    reason: 'ToolRegistryNotReady',
    message: `ToolRegistry ${key.name} ${why}`,
  };
}

async function findCredential(
  secrets: SecretReader,
  namespace: string,
  handler: ToolHandler,
): Promise<{ found?: HeaderCredential } | ToolRefusal> {
  let signIn;
  try {
    signIn = handlerSignIn(handler);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: 'ToolRegistryNotReady', message };
  }
  if (!signIn) return {};
  const lookup = await findHeaderCredential(secrets, namespace, signIn);
  return lookup.state === 'found'
    ? { found: lookup.credential }
    : { ok: false, reason: lookup.reason, message: lookup.message };
}

/** As JSON: without fields that say nothing, of which a worker would say that they are wrong. */
function toSpec(
  handler: ToolHandler,
  tool: DiscoveredTool,
): ResolvedTool['spec'] {
  return JSON.parse(
    JSON.stringify({
      name: tool.name,
      description: tool.description ?? '',
      output_schema: tool.outputSchema,
      timeout_ms: parseDuration(handler.timeout),
      ...HANDLER_KINDS[handler.type].toSpec(handler, tool),
    }),
  );
}
