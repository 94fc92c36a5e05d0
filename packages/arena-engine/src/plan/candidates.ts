import path from 'node:path';
import { ResolvedProvider } from '@backstage-arena/plugin-arena-common';
import {
  BundleContent,
  ProviderEntry,
  ScenarioEntry,
} from '../bundle/BundleContent';
import { providerSpecSchema } from '../bundle/schemas/provider';
import { PlanError, PlanOptions } from '../Engine';
import { Quirks } from '../quirks/quirks';
import { contentDigest } from '../text/digest';
import { nearMiss } from '../text/suggest';

const DEFAULT_GROUP = 'default';
const MATRIX_ROLES = new Set(['llm', 'image']);

/** A provider that a run may use; `names` are the ids under which a bundle may speak of it. */
export interface Candidate extends ProviderEntry {
  names: string[];
  /** Who answers, and who plays the user in every self-play role, where the sides are exchanged. */
  swapped?: { assistant: ProviderEntry; user: ProviderEntry };
}

/** The systems under test that a run may choose from. */
export interface Candidates {
  providers: Candidate[];
  /** True when the run brings its own providers instead of the arena file's. */
  replaced: boolean;
  /** Ids that the run is limited to; absent: no limit. */
  wanted?: ReadonlySet<string>;
}

/** Collects the providers that may enter the matrix. */
export function findCandidates(
  content: BundleContent,
  options: Pick<
    PlanOptions,
    | 'providers'
    | 'mockProvider'
    | 'providerIds'
    | 'overrideProviders'
    | 'dataGen'
  >,
  quirks: Pick<Quirks, 'unknownProvidersLeftOut'>,
): Candidates {
  const replaced = options.providers !== undefined;
  let providers = options.providers
    ? fromRun(content, options.providers)
    : content.providers
        .filter(({ spec }) => MATRIX_ROLES.has(spec.role ?? 'llm'))
        .map(entry => ({ ...entry, names: [entry.id] }));
  const embedder = options.dataGen?.embedding?.provider;
  providers = providers.filter(
    ({ names }) => embedder === undefined || !names.includes(embedder),
  );
  providers = overridden(providers, content, options.overrideProviders);
  const { mockProvider, providerIds } = options;
  if (mockProvider) {
    providers = providers.map(entry =>
      asMock(entry, content, mockProvider.configFile),
    );
  }
  if (!providerIds?.length) return { providers, replaced };
  const known = providers.map(({ id }) => id);
  const unknown = providerIds.find(id => !known.includes(id));
  if (unknown !== undefined && !quirks.unknownProvidersLeftOut) {
    throw unknownProvider(unknown, known);
  }
  return { providers, replaced, wanted: new Set(providerIds) };
}

function overridden(
  providers: Candidate[],
  content: BundleContent,
  overrides: Record<string, string> = {},
): Candidate[] {
  const specs = new Map(
    Object.entries(overrides).map(([from, to]) => {
      const known = content.providers.map(({ id }) => id);
      const unknown = [from, to].find(id => !known.includes(id));
      const source = content.providers.find(({ id }) => id === to);
      if (unknown !== undefined || !source) {
        throw unknownProvider(unknown ?? to, known);
      }
      return [from, source];
    }),
  );
  return providers.map(entry => {
    const source = specs.get(entry.id);
    return source ? { ...entry, spec: source.spec, key: source.key } : entry;
  });
}

export function unknownProvider(
  id: string,
  known: readonly string[],
): PlanError {
  const guess = nearMiss(id, known);
  return new PlanError(
    'UnknownProvider',
    `Provider "${id}" does not exist.${
      guess ? ` Did you mean "${guess}"?` : ''
    } The run has ${known.join(', ') || 'none'}`,
  );
}

/** The providers of one scenario, in order. Ids that do not exist come back as they are. */
export function providersOf(
  scenario: ScenarioEntry,
  candidates: Candidates,
): Array<Candidate | string> {
  const { wanted } = candidates;
  const chosen = chooseProviders(scenario, candidates);
  // Comes last: a run that is limited to some providers must not make a scenario choose others than it would.
  return chosen.filter(
    entry =>
      !wanted || wanted.has(typeof entry === 'string' ? entry : entry.id),
  );
}

function chooseProviders(
  { spec }: ScenarioEntry,
  { providers, replaced }: Candidates,
): Array<Candidate | string> {
  if (spec.providers?.length) {
    const listed = spec.providers.map(
      id => providers.find(entry => entry.names.includes(id)) ?? id,
    );
    // Where the run brings its own providers, a name that it does not bring is a filter, not a mistake.
    return replaced
      ? listed.filter(entry => typeof entry !== 'string')
      : listed;
  }
  const group = spec.provider_group || (replaced ? undefined : DEFAULT_GROUP);
  const inGroup = providers.filter(
    entry => group === undefined || entry.group === group,
  );
  const chosen = inGroup.length > 0 ? inGroup : providers;
  const required = spec.required_capabilities ?? [];
  return chosen.filter(entry =>
    required.every(capability => entry.spec.capabilities?.includes(capability)),
  );
}

function fromRun(
  content: BundleContent,
  resolved: ResolvedProvider[],
): Candidate[] {
  const roles = roleGroups(content);
  const underTest = resolved.filter(({ group }) => !roles.has(group));
  // Only roles were given: those that play the user are what the run is about.
  const chosen =
    underTest.length > 0
      ? underTest
      : resolved.filter(({ group }) => group === 'selfplay');
  return chosen.map(provider => ({
    ...toProviderEntry(provider),
    names:
      provider.bindsTo === undefined
        ? [provider.id]
        : [provider.id, provider.bindsTo],
  }));
}

/**
 * Reads a provider that a run brings itself.
 *
 * @throws PlanError when its spec is none.
 */
export function toProviderEntry({
  id,
  group,
  spec,
  credentialSlot,
}: ResolvedProvider): ProviderEntry {
  const parsed = providerSpecSchema.safeParse(spec);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PlanError(
      'InvalidProvider',
      `Provider "${id}": ${issue.path.join('.') || 'spec'}: ${issue.message}`,
    );
  }
  return {
    id,
    group,
    spec: parsed.data,
    key: contentDigest({ ...parsed.data, credential: undefined }),
    ...(credentialSlot ? { credentialSlot } : {}),
  };
}

/** Groups whose members judge or play the user, and are not under test themselves. */
function roleGroups(content: BundleContent): Set<string> {
  const { judges, self_play: selfPlay } = content.arena;
  const bound = [...(judges ?? []), ...(selfPlay?.roles ?? [])].map(
    ({ provider }) =>
      content.providers.find(({ id }) => id === provider)?.group ??
      DEFAULT_GROUP,
  );
  return new Set([
    'judge',
    'selfplay',
    ...bound.filter(group => group !== DEFAULT_GROUP),
  ]);
}

/** @param configFile - relative to the folder of the bundle, or absolute */
function asMock(
  entry: Candidate,
  content: BundleContent,
  configFile: string | undefined,
): Candidate {
  const declared = entry.spec.additional_config?.mock_config;
  const spec = (mockConfig: unknown): ProviderEntry['spec'] => ({
    type: 'mock',
    model: entry.spec.model,
    capabilities: entry.spec.capabilities,
    additional_config:
      mockConfig === undefined ? {} : { mock_config: mockConfig },
  });
  return {
    ...entry,
    spec: spec(
      configFile === undefined
        ? declared
        : path.resolve(content.directory, configFile),
    ),
    // Of the name as it was given: a worker has the bundle in another folder than whoever planned.
    key: contentDigest(spec(configFile ?? declared)),
    credentialSlot: undefined,
  };
}
