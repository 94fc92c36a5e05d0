import { CompositionSpec, LeafSpec } from '../bundle/schemas/composition';
import { compileJsonSchema, ValidateJson } from '../text/jsonSchema';

/** The form that a step's reply has. */
export interface StepForm {
  schema: unknown;
  validate: ValidateJson;
}

/** A composition with its schemas compiled. */
export class Composition {
  private readonly forms = new Map<string, StepForm | string>();

  /** @param schemas - content of the schema files that steps name */
  constructor(
    readonly name: string,
    readonly spec: CompositionSpec,
    schemas: ReadonlyMap<string, unknown>,
  ) {
    for (const step of spec.steps) {
      for (const leaf of [step, ...(step.branches ?? [])]) {
        const { output_schema: schema, id } = leaf;
        if (schema !== undefined) this.forms.set(id, formOf(schema, schemas));
      }
    }
  }

  /** The form of a step's output, or why there is none; undefined when the step does not say. */
  form(step: Pick<LeafSpec, 'id'>): StepForm | string | undefined {
    return this.forms.get(step.id);
  }
}

function formOf(
  reference: string | Record<string, unknown>,
  schemas: ReadonlyMap<string, unknown>,
): StepForm | string {
  const isFile = typeof reference === 'string';
  if (isFile && !schemas.has(reference)) {
    return `the output_schema "${reference}" cannot be read`;
  }
  const schema = isFile ? schemas.get(reference) : reference;
  const validate = compileJsonSchema(schema);
  return typeof validate === 'string'
    ? `output_schema: ${validate}`
    : { schema, validate };
}
