import { compileJsonSchema } from '../../text/jsonSchema';
import { below, LintReport, LintRule, Place } from './LintReport';
import { arenaPlace, scenarioPlace } from './places';

/** Schemas of generated rows, which only jobs that generate data look at. */
export const lintRowSchemas: LintRule = (content, report) => {
  lintSchema(content.arena.row_schema, arenaPlace(content), report);
  for (const scenario of content.scenarios) {
    const place = scenarioPlace(content, scenario);
    lintSchema(scenario.spec.row_schema, place, report);
  }
};

function lintSchema(schema: unknown, place: Place, report: LintReport): void {
  if (schema === undefined || schema === null) return;
  const compiled = compileJsonSchema(schema);
  if (typeof compiled !== 'string') return;
  report.error(
    below(place, 'row_schema'),
    `row_schema is no JSON schema: ${compiled}`,
  );
}
