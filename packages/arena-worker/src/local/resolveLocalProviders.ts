import {
  agentFacade,
  agentRuntimeSpecSchema,
  ArenaObjectInput,
  ArenaProviderEntry,
  ProviderSpec,
  providerSpecSchema,
  ResolvedProvider,
  toAgentProviderSpec,
  toBundleProviderSpec,
} from '@backstage-arena/plugin-arena-common';
import { CliError } from '../cli/errors';

/** Environment variables in which a key is usually found. */
const USUAL_VARIABLES: Readonly<Record<string, string>> = {
  claude: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
  gemini: 'GEMINI_API_KEY',
  imagen: 'GEMINI_API_KEY',
  voyageai: 'VOYAGE_API_KEY',
  huggingface: 'HF_TOKEN',
};

const AGENT_TOKEN_VARIABLE = 'AGENT_TOKEN';

export interface ResolveLocalProvidersOptions {
  groups: Readonly<Record<string, readonly ArenaProviderEntry[]>>;
  /** Objects beside the job. */
  objects: readonly ArenaObjectInput[];
  file: string;
  /** Every provider is replaced by a mock: only the names matter. */
  mocked: boolean;
}

/** Resolves a job's providers and agents from the Provider and AgentRuntime objects beside it. Their keys come from this process's environment. */
export function resolveLocalProviders(
  options: ResolveLocalProvidersOptions,
): ResolvedProvider[] {
  const { groups, mocked } = options;
  const resolved: ResolvedProvider[] = [];
  const ids = new Set<string>();
  // The group `default` first, as in a portal.
  const names = Object.keys(groups).sort(
    (a, b) =>
      Number(b === 'default') - Number(a === 'default') || (a < b ? -1 : 1),
  );
  for (const group of names) {
    groups[group].forEach((entry, index) => {
      const field = `spec.providers[${group}][${index}]`;
      if (entry.agentRef) {
        const agent = resolveLocalAgent(entry.agentRef.name, field, options);
        const id = uniqueId(ids, group, `agent-${entry.agentRef.name}`);
        resolved.push({ id, group, bindsTo: entry.id, ...agent });
        return;
      }
      const { name } = entry.providerRef!;
      const found = findProvider(options.objects, name);
      if (!found && !mocked) {
        throw new CliError(
          `${field}.providerRef: the Provider '${name}' is not in '${options.file}': add its document there, or use --mock-provider`,
        );
      }
      resolved.push({
        id: uniqueId(ids, group, name),
        group,
        bindsTo: entry.id,
        spec: found ? toBundleProviderSpec(found) : { type: 'mock' },
        credentialSlot:
          found && !mocked ? credentialVariable(found, field, name) : undefined,
      });
    });
  }
  return resolved;
}

function uniqueId(ids: Set<string>, group: string, name: string): string {
  const id = ids.has(name) ? `${group}-${name}` : name;
  ids.add(id);
  return id;
}

/** An AgentRuntime beside the job says itself where it is reached; there is no controller here that looks for it. */
function resolveLocalAgent(
  name: string,
  field: string,
  { objects, file, mocked }: ResolveLocalProvidersOptions,
): Pick<ResolvedProvider, 'spec' | 'credentialSlot'> {
  if (mocked) return { spec: { type: 'mock' } };
  const object = objects.find(
    ({ kind, metadata }) => kind === 'AgentRuntime' && metadata.name === name,
  );
  if (!object) {
    throw new CliError(
      `${field}.agentRef: the AgentRuntime '${name}' is not in '${file}': add its document there, or use --mock-provider`,
    );
  }
  const facade = agentFacade(agentRuntimeSpecSchema.parse(object.spec));
  if ('missing' in facade) {
    throw new CliError(
      `${field}.agentRef: AgentRuntime '${name}': ${facade.missing}`,
    );
  }
  const { url, secretRef, clientToolTimeout } = facade;
  const spec = toAgentProviderSpec({
    namespace: object.metadata.namespace ?? 'default',
    name,
    url,
    clientToolTimeout,
  });
  if (!secretRef) return { spec };
  const candidates = [
    ...(secretRef.key ? [secretRef.key] : []),
    AGENT_TOKEN_VARIABLE,
  ];
  const variable = candidates.find(candidate => process.env[candidate]);
  if (!variable) {
    throw new CliError(
      `${field}.agentRef: the token of the AgentRuntime '${name}' is not in the environment: set ${candidates.join(
        ' or ',
      )}`,
    );
  }
  return { spec, credentialSlot: variable };
}

function findProvider(
  objects: readonly ArenaObjectInput[],
  name: string,
): ProviderSpec | undefined {
  const object = objects.find(
    ({ kind, metadata }) => kind === 'Provider' && metadata.name === name,
  );
  return object && providerSpecSchema.parse(object.spec);
}

/** The environment variable that stands for the provider's secret on this machine. */
function credentialVariable(
  spec: ProviderSpec,
  field: string,
  name: string,
): string | undefined {
  const ref = spec.credential?.secretRef ?? spec.secretRef;
  const variable = spec.credential?.envVar;
  if (!ref && !variable) return undefined;
  const candidates = [variable, ref?.key, USUAL_VARIABLES[spec.type]].filter(
    candidate => candidate !== undefined,
  );
  const set = candidates.find(candidate => process.env[candidate]);
  if (!set) {
    throw new CliError(
      `${field}.providerRef: the key of the Provider '${name}' is not in the environment: set ${candidates.join(
        ' or ',
      )}`,
    );
  }
  return set;
}
