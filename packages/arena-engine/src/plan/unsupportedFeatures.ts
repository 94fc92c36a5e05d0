import { BundleContent, ScenarioEntry } from '../bundle/BundleContent';
import { PlanError } from '../Engine';
import { PROVIDER_TYPES } from '../providers/types';
import { Candidate } from './candidates';

/** Parts of `runtime` that change nothing about what a run says. */
const HARMLESS = new Set(['logging', 'state_store']);

/** A feature that the engine does not have, where a bundle uses it. */
export interface Use {
  feature: string;
  file: string;
}

/**
 * Refuses a run whose scenarios need a feature which the engine does not have: leaving it out silently would give verdicts that
 * nobody asked for.
 *
 * @throws PlanError with reason `UnsupportedFeature`, naming each feature and its file.
 */
export function refuseUnsupported(
  content: BundleContent,
  scenarios: readonly ScenarioEntry[],
  providers: readonly Candidate[],
): void {
  const uses = [
    ...providerFeatures(content, providers),
    ...scenarios.flatMap(scenario => scenarioFeatures(content, scenario)),
  ];
  refuse(uses);
}

/** Refuses what concerns the bundle as a whole, before anything is selected. */
export function refuseUnsupportedBundle(content: BundleContent): void {
  refuse([...arenaFeatures(content), ...videoProviders(content)]);
}

/** @throws PlanError with reason `UnsupportedFeature`, when there is any use. */
export function refuse(uses: readonly Use[]): void {
  if (uses.length === 0) return;
  const lines = [...new Set(uses.map(use => `${use.feature} (${use.file})`))];
  throw new PlanError(
    'UnsupportedFeature',
    `The bundle needs what this engine does not support: ${lines.join(', ')}`,
  );
}

/** What no run of the bundle can do without. */
export function arenaFeatures(content: BundleContent): Use[] {
  const { arena, arenaFile: file } = content;
  const uses = Object.entries(arena.runtime ?? {})
    .filter(([name, value]) => !isEmpty(value) && !HARMLESS.has(name))
    .map(([name]) => ({ feature: `runtime.${name}`, file }));
  if (arena.pack_file) uses.push({ feature: 'pack_file', file });
  const store = arena.state_store?.type;
  if (store !== undefined && store !== 'memory') {
    uses.push({ feature: `state_store type ${String(store)}`, file });
  }
  return uses;
}

/** The original does not load a bundle that has one, whether or not anything uses it. */
function videoProviders({ providers, arenaFile }: BundleContent): Use[] {
  return providers
    .filter(({ spec }) => spec.role === 'video')
    .map(({ id, file }) => ({
      feature: `provider "${id}" of the role video`,
      file: file ?? arenaFile,
    }));
}

function providerFeatures(
  content: BundleContent,
  providers: readonly Candidate[],
): Use[] {
  return providers.flatMap(({ id, spec, file: ownFile }) => {
    const file = ownFile ?? content.arenaFile;
    if (!PROVIDER_TYPES.includes(spec.type)) {
      const known = PROVIDER_TYPES.join(', ');
      return [
        {
          feature: `provider "${id}" of type ${spec.type} (known are ${known})`,
          file,
        },
      ];
    }
    return [];
  });
}

function scenarioFeatures(
  content: BundleContent,
  scenario: ScenarioEntry,
): Use[] {
  const file = scenario.file ?? content.arenaFile;
  const { spec } = scenario;
  return spec.duplex ? [{ feature: 'spoken conversations: duplex', file }] : [];
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
