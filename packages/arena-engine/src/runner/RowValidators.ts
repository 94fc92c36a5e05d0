import { PlanCell } from '@backstage-arena/plugin-arena-common';
import { BundleContent } from '../bundle/BundleContent';
import { rowSchemaOf } from '../dataset/rowSchemaOf';
import { compileJsonSchema, ValidateJson } from '../text/jsonSchema';

/** What tells whether a generated row is one, for each scenario; compiled when it is needed first. */
export class RowValidators {
  private readonly known = new Map<
    number,
    { validate: ValidateJson | undefined }
  >();

  constructor(private readonly content: BundleContent) {}

  /** Of the schema of a scenario's rows, which planning has found to be one; undefined when it has none. */
  of({ scenario, scenarioIndex }: PlanCell): ValidateJson | undefined {
    const known = this.known.get(scenarioIndex);
    if (known) return known.validate;
    const entry = this.content.scenarios.find(({ id }) => id === scenario.id);
    const schema = rowSchemaOf(this.content, entry);
    const compiled =
      schema === undefined ? undefined : compileJsonSchema(schema);
    if (typeof compiled === 'string') {
      throw new Error(
        `row_schema of scenario "${scenario.id}" is no JSON schema: ${compiled}`,
      );
    }
    this.known.set(scenarioIndex, { validate: compiled });
    return compiled;
  }
}
