import { HINT_KEY } from '../fields/rules';
import { StructuralSchema } from './StructuralSchema';

/** A copy of a schema without what CRDs do not know. @internal */
export function withoutHints(schema: StructuralSchema): StructuralSchema {
  const { [HINT_KEY]: _hint, ...copy } = schema;
  if (copy.properties) {
    copy.properties = Object.fromEntries(
      Object.entries(copy.properties).map(([name, property]) => [
        name,
        withoutHints(property),
      ]),
    );
  }
  if (copy.additionalProperties) {
    copy.additionalProperties = withoutHints(copy.additionalProperties);
  }
  if (copy.items) {
    copy.items = withoutHints(copy.items);
  }
  return copy;
}
