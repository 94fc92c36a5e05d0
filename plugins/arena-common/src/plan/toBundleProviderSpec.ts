import { ProviderSpec } from '../resources/provider';

/**
 * Writes the spec of a Provider object in the words of a bundle's provider file. What is absent stays absent.
 *
 * @public
 */
export function toBundleProviderSpec(
  spec: ProviderSpec,
): Record<string, unknown> {
  const { defaults, pricing } = spec;
  return compact({
    type: spec.type,
    role: spec.role === 'llm' ? undefined : spec.role,
    model: spec.model,
    base_url: spec.baseURL,
    headers: spec.headers,
    platform: spec.platform,
    defaults:
      defaults &&
      compact({
        temperature: toNumber(defaults.temperature),
        top_p: toNumber(defaults.topP),
        max_tokens: defaults.maxTokens,
      }),
    pricing:
      pricing &&
      compact({
        input_cost_per_1k: toNumber(pricing.inputCostPer1K),
        output_cost_per_1k: toNumber(pricing.outputCostPer1K),
        cached_cost_per_1k: toNumber(pricing.cachedCostPer1K),
      }),
    capabilities: spec.capabilities,
    request_timeout: defaults?.requestTimeout,
    stream_idle_timeout: defaults?.streamIdleTimeout,
  });
}

function toNumber(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function compact(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  );
}
