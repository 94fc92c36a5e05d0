import { JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import { structuralSchemaOf } from '../resources/crd';
import type { ArenaKind } from '../resources/meta';
import { unknownField } from './causes';
import { prune } from './prune';
import { validateNode } from './validateNode';

/**
 * Checks a status against the schema of its kind, as the API server does on the status subresource.
 *
 * @public
 */
export function validateStatus(kind: ArenaKind, status: object): FieldCause[] {
  const { status: schema } = structuralSchemaOf(kind).properties!;
  const path = [{ field: 'status' }];
  if (!schema) return [unknownField(path)];
  const causes: FieldCause[] = [];
  const value = prune(status as JsonValue, schema, path, cause =>
    causes.push(cause),
  );
  validateNode({ value, schema, path }, cause => causes.push(cause));
  return causes;
}
