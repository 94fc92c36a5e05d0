import { RunPlan } from '@backstage-arena/plugin-arena-common';
import { BundleContent, ProviderEntry } from '../../bundle/BundleContent';
import { PlanError } from '../../Engine';

/**
 * Refuses a provider whose calls may cost anything: within a budget, each call's most is known before it is made.
 *
 * @param maxTokens - of replies, as the run or the arena file says
 * @throws PlanError with the reason `NoPrice`
 */
export function requirePrices(
  { id, spec }: ProviderEntry,
  maxTokens: number | undefined,
): void {
  if (spec.type === 'mock' || spec.type === 'replay') return;
  const refuse = (reason: string) => {
    throw new PlanError(
      'NoPrice',
      `Provider "${id}" cannot be used within a budget: ${reason}`,
    );
  };
  if (spec.type === 'agent') refuse('nobody knows what an agent spends');
  const { input_cost_per_1k: input, output_cost_per_1k: output } =
    spec.pricing ?? {};
  if (input === undefined || output === undefined) {
    refuse(
      'it has no prices; set pricing.input_cost_per_1k and pricing.output_cost_per_1k',
    );
  }
  if (!(maxTokens || spec.defaults?.max_tokens)) {
    refuse('its replies have no longest length; set defaults.max_tokens');
  }
}

/**
 * Refuses a provider of embeddings that may cost anything.
 *
 * @throws PlanError with the reason `NoPrice`
 */
export function requireInputPrice({ id, spec }: ProviderEntry): void {
  if (spec.pricing?.input_cost_per_1k !== undefined) return;
  throw new PlanError(
    'NoPrice',
    `Provider "${id}" cannot be used within a budget: it has no price; set pricing.input_cost_per_1k`,
  );
}

/**
 * Refuses scenarios that ask for embeddings: what those cost is known only afterwards.
 *
 * @throws PlanError with the reason `NoPrice`
 */
export function refuseEmbeddings(
  plan: RunPlan,
  { scenarios }: Pick<BundleContent, 'scenarios'>,
): void {
  const planned = new Set(plan.scenarios.map(({ id }) => id));
  const found = scenarios.find(
    ({ id, spec }) =>
      planned.has(id) && spec.context_policy?.strategy === 'relevance',
  );
  if (!found) return;
  throw new PlanError(
    'NoPrice',
    `Scenario "${found.id}" cannot be used within a budget: nobody knows what the embeddings of context_policy.strategy "relevance" cost; allowed are oldest, summarize and fail`,
  );
}

/**
 * Refuses scenarios whose turns have images or other media: vendors count those as tokens by rules of their own, not by their bytes, so that
 * nobody knows what they cost at most.
 *
 * @throws PlanError with the reason `NoPrice`
 */
export function refuseMedia(
  plan: RunPlan,
  { scenarios }: Pick<BundleContent, 'scenarios'>,
): void {
  const planned = new Set(plan.scenarios.map(({ id }) => id));
  for (const { id, spec } of scenarios) {
    if (!planned.has(id)) continue;
    for (const [index, { parts }] of (spec.turns ?? []).entries()) {
      const found = parts?.find(({ type }) => type !== 'text');
      if (!found) continue;
      throw new PlanError(
        'NoPrice',
        `Scenario "${id}" cannot be used within a budget: turns[${index}].parts has a part of type ${found.type}, and nobody knows what it costs at most; allowed are parts of type text`,
      );
    }
  }
}
