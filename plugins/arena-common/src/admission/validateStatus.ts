import { JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import { structuralSchemaOf } from '../resources/crd';
import type { ArenaKind } from '../resources/meta';
import { prune } from './prune';
import { validateNode } from './validateNode';

/**
 * Checks a status against the schema of its kind, as the API server does on the status subresource.
 *
 * @public
 */
export function validateStatus(kind: ArenaKind, status: object): FieldCause[] {
  const schema = structuralSchemaOf(kind).properties!.status;
  const path = [{ field: 'status' }];
  const causes: FieldCause[] = [];
  const value = prune(status as JsonValue, schema, path, cause =>
    causes.push(cause),
  );
  validateNode({ value, schema, path }, cause => causes.push(cause));
  return causes;
}
