import {
  BundleContent,
  ProviderEntry,
  ScenarioEntry,
} from '../bundle/BundleContent';
import { ResolvedProvider } from '@backstage-arena/plugin-arena-common';
import { findJudges } from '../runner/RoleProviders';
import { Use } from './unsupportedFeatures';

/** Agents are sent user messages alone: what tells a judge how to judge would not reach them. */
export function agentJudges(
  content: BundleContent,
  given: readonly ResolvedProvider[],
): Use[] {
  return [...findJudges(content, given)].flatMap(([name, entry]) =>
    isAgent(entry)
      ? [
          {
            feature: `judge "${name}" that is the agent "${entry.id}": agents take no instructions`,
            file: entry.file ?? content.arenaFile,
          },
        ]
      : [],
  );
}

/** Nor would what tells a provider to summarise the conversation. */
export function agentSummaries(
  { spec, file }: ScenarioEntry,
  content: Pick<BundleContent, 'arenaFile'>,
  providers: ReadonlyArray<ProviderEntry | string>,
): Use[] {
  if (spec.context_policy?.strategy !== 'summarize') return [];
  return providers.flatMap(entry =>
    typeof entry !== 'string' && isAgent(entry)
      ? [
          {
            feature: `context_policy.strategy summarize with the agent "${entry.id}": agents take no instructions`,
            file: file ?? content.arenaFile,
          },
        ]
      : [],
  );
}

function isAgent({ spec }: ProviderEntry): boolean {
  return spec.type === 'agent';
}
