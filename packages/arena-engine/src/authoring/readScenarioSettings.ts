import { readBundle } from '../bundle/readBundle';
import { LoadBundleOptions } from '../Engine';

/** Fields of a scenario that decide how it is played, whatever is said in it. */
const SETTINGS = [
  'task_type',
  'providers',
  'provider_group',
  'required_capabilities',
  'streaming',
  'variables',
  'tool_policy',
  'context_policy',
  'context_metadata',
  'seed_memories',
] as const;

/**
 * How the scenarios of a bundle are played, by their id.
 *
 * @throws BundleError for a bundle that cannot be loaded.
 * @public
 */
export async function readScenarioSettings(
  directory: string,
  options: LoadBundleOptions = {},
): Promise<Map<string, Record<string, unknown>>> {
  const { scenarios } = await readBundle(directory, options);
  return new Map(
    scenarios.map(({ id, spec }) => [
      id,
      Object.fromEntries(
        SETTINGS.flatMap(field =>
          spec[field] === undefined || spec[field] === null
            ? []
            : [[field, spec[field]]],
        ),
      ),
    ]),
  );
}
