import { BundleContent, ScenarioEntry } from '../bundle/BundleContent';

/** The JSON schema of the rows of a scenario: its own, else the arena file's. */
export function rowSchemaOf(
  content: Pick<BundleContent, 'arena'>,
  scenario: ScenarioEntry | undefined,
): unknown {
  return scenario?.spec.row_schema ?? content.arena.row_schema ?? undefined;
}
