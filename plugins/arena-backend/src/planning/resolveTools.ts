import {
  DiscoveredTool,
  HeaderCredential,
  ResolvedTool,
  ToolHandler,
  ToolRegistry,
} from '@backstage-arena/plugin-arena-common';
import { isDeepStrictEqual } from 'node:util';
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

/**
 * Why a run with these pinned tools may not be repeated, or undefined when it may: what another namespace lends, and the credentials that
 * its registries name, can have been taken back.
 */
export async function findWithdrawnRegistry(options: {
  store: ObjectReader;
  secrets: SecretReader;
  referrer: Referrer;
  tools: readonly ResolvedTool[];
}): Promise<ToolRefusal | undefined> {
  const { store, secrets, referrer, tools } = options;
  const { namespace } = referrer;
  const lent = new Map<string, ResolvedTool[]>();
  for (const tool of tools) {
    const { registryRef: ref } = tool;
    const foreign = ref ? undefined : foreignNamespace(tool, namespace);
    if (foreign !== undefined) {
      // Without the registry's name nobody can say that its owner still lends it.
      return {
        ok: false,
        reason: 'ToolRegistryNotGranted',
        message: `Pinned tool ${tool.name} uses a credential of namespace ${foreign}, and the run does not say which ToolRegistry lends it; create a new job`,
      };
    }
    if (ref && ref.namespace !== namespace) {
      const id = `${ref.namespace}/${ref.name}`;
      lent.set(id, [...(lent.get(id) ?? []), tool]);
    }
  }
  for (const pinned of lent.values()) {
    const key = pinned[0].registryRef!;
    const lookup = await findLent<ToolRegistry>({
      store,
      referrer,
      kind: 'ToolRegistry',
      key,
    });
    if (!lookup.ok) {
      return { ...lookup, message: `Pinned tools: ${lookup.message}` };
    }
    const named = await credentialsOf(lookup.object, secrets);
    const changed = pinned.find(tool =>
      headersOf(tool).some(
        header => !named.some(other => isDeepStrictEqual(header, other)),
      ),
    );
    if (changed) {
      return {
        ok: false,
        reason: 'CredentialChanged',
        message: `Pinned tool ${changed.name}: ToolRegistry ${key.name} of namespace ${key.namespace} no longer has the credential that it lent to the run; create a new job`,
      };
    }
  }
  return undefined;
}

function headersOf({ credentialSources }: ResolvedTool): HeaderCredential[] {
  return Object.values(credentialSources ?? {});
}

/** Another namespace that a credential of a tool is of, if there is one. */
function foreignNamespace(tool: ResolvedTool, own: string): string | undefined {
  return headersOf(tool)
    .flatMap(({ source, username }) => [source, username])
    .flatMap(source => (source && 'namespace' in source ? source : []))
    .find(({ namespace }) => namespace !== own)?.namespace;
}

/** Those that a registry names now and that are there. */
async function credentialsOf(
  { metadata, spec }: ToolRegistry,
  secrets: SecretReader,
): Promise<HeaderCredential[]> {
  const found: HeaderCredential[] = [];
  for (const handler of spec.handlers) {
    const credential = await findCredential(
      secrets,
      metadata.namespace,
      handler,
    );
    if ('found' in credential && credential.found) found.push(credential.found);
  }
  return found;
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
