import { JsonObject, JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import type { ArenaKind } from '../resources/meta';
import { parseFieldPath } from './FieldPath';
import { checkSemantics } from './semantic/checkSemantics';
import { jsonEqual, valueAt } from './values';

/**
 * The checks that no CRD can carry: cron expressions that never fire, unknown time zones, patterns. For specs that an API server has
 * admitted otherwise; {@link admit} makes them as well.
 *
 * @param oldSpec - of an update: what stays as it was is not held against it
 * @public
 */
export function checkBeyondSchema(
  kind: ArenaKind,
  spec: object,
  oldSpec?: object,
): { causes: FieldCause[]; warnings: string[] } {
  const value = spec as JsonObject;
  const { causes, warnings } = checkSemantics(kind, value);
  return {
    causes: causes.filter(cause =>
      hasChanged(cause, value, oldSpec as JsonValue | undefined),
    ),
    warnings,
  };
}

function hasChanged(
  cause: FieldCause,
  spec: JsonObject,
  oldSpec: JsonValue | undefined,
): boolean {
  const [, ...path] = parseFieldPath(cause.field);
  return (
    oldSpec === undefined ||
    !jsonEqual(valueAt(spec, path), valueAt(oldSpec, path))
  );
}
