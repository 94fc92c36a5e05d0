import { InputError } from '@backstage/errors';
import { JsonObject, JsonValue } from '@backstage/types';
import {
  ArenaKind,
  ArenaObjectInput,
  FieldCause,
} from '@backstage-arena/plugin-arena-common';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';
import { z } from 'zod/v4';

const envelopeSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string().optional(),
    generateName: z.string().optional(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    finalizers: z.array(z.string()).optional(),
    ownerReferences: z.array(z.record(z.string(), z.unknown())).optional(),
  }),
  spec: z.record(z.string(), z.unknown()),
});

/**
 * Makes sure that a body is an object of the kind and at the place that the address says, and fills in the namespace. What is in its
 * spec is for admission to judge.
 */
export function readEnvelope(
  body: JsonValue,
  address: { kind: ArenaKind; namespace: string; name?: string },
): ArenaObjectInput<JsonObject> {
  const result = envelopeSchema.safeParse(body);
  if (!result.success) {
    const causes = result.error.issues.map(issue => toCause(body, issue));
    throw new InvalidObjectError(
      causes.map(cause => `${cause.field}: ${cause.message}`).join('; '),
      causes,
    );
  }
  const object = body as JsonObject & ArenaObjectInput<JsonObject>;
  mustMatch('kind', object.kind, address.kind);
  mustMatch('metadata.namespace', object.metadata.namespace, address.namespace);
  if (address.name !== undefined) {
    mustMatch('metadata.name', object.metadata.name, address.name);
  }
  return {
    ...object,
    metadata: {
      ...object.metadata,
      namespace: address.namespace,
      ...(address.name !== undefined && { name: address.name }),
    },
  };
}

function mustMatch(
  field: string,
  found: string | undefined,
  wanted: string,
): void {
  if (found !== undefined && found !== wanted) {
    throw new InputError(
      `${field}: Invalid value: ${JSON.stringify(
        found,
      )}: the address says ${JSON.stringify(wanted)}`,
    );
  }
}

function toCause(body: JsonValue, issue: z.core.$ZodIssue): FieldCause {
  const field = issue.path.join('.') || '<object>';
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    body,
  );
  if (value === undefined) {
    return { field, reason: 'FieldValueRequired', message: 'Required value' };
  }
  const shown = JSON.stringify(value).slice(0, 100);
  return {
    field,
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${shown}: ${issue.message}`,
  };
}
