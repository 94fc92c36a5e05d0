import { StructuralSchema } from '../resources/crd';

/** One field of a kind, as the reference lists it. */
export interface FieldRow {
  /** `spec.providers.<name>[].providerRef.name` */
  path: string;
  type: string;
  required: boolean;
  default?: string;
  allowed: string[];
  description: string;
}

/** All fields below a node, depth first, in the order of the schema. */
export function fieldRows(schema: StructuralSchema, path: string): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    rowsOf(property, `${path}.${name}`, schema.required?.includes(name)),
  );
}

function rowsOf(
  schema: StructuralSchema,
  path: string,
  required = false,
): FieldRow[] {
  const row: FieldRow = {
    path,
    type: typeName(schema),
    required,
    allowed: allowed(schema),
    description: schema.description ?? '',
    ...(schema.default !== undefined
      ? { default: JSON.stringify(schema.default) }
      : undefined),
  };
  return [row, ...below(schema, path)];
}

function below(schema: StructuralSchema, path: string): FieldRow[] {
  if (schema.items) {
    return below(schema.items, `${path}[]`);
  }
  if (schema.additionalProperties) {
    return below(schema.additionalProperties, `${path}.<name>`);
  }
  return fieldRows(schema, path);
}

function typeName(schema: StructuralSchema): string {
  if (schema.items) {
    return `[]${typeName(schema.items)}`;
  }
  if (schema.additionalProperties) {
    return `map of ${typeName(schema.additionalProperties)}`;
  }
  return schema.format === 'date-time' ? 'time' : schema.type;
}

/** What values a field takes, in words; of a list also what its entries take. */
function allowed(schema: StructuralSchema): string[] {
  const result: string[] = [];
  if (schema.enum) {
    result.push(schema.enum.map(value => `\`${value}\``).join(', '));
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum, maximum } = schema;
    const unbounded = maximum === undefined || maximum >= 2147483647;
    if (minimum !== undefined) {
      result.push(
        unbounded ? `at least ${minimum}` : `${minimum} to ${maximum}`,
      );
    }
  }
  if (schema['x-arena-hint']) {
    result.push(schema['x-arena-hint']);
  }
  if (schema.type === 'string' && !schema.enum && schema.maxLength) {
    result.push(`at most ${schema.maxLength} characters`);
  }
  if (schema.type === 'array') {
    if (schema.minItems) {
      result.push(`at least ${schema.minItems} entries`);
    }
    result.push(`at most ${schema.maxItems} entries`);
    if (schema['x-kubernetes-list-type'] === 'set') {
      result.push('no entry twice');
    }
    if (schema['x-kubernetes-list-type'] === 'map') {
      const keys = schema['x-kubernetes-list-map-keys'] ?? [];
      result.push(`no ${keys.join(', ')} twice`);
    }
    if (schema.items?.enum) {
      result.push(`each of ${allowed(schema.items)[0]}`);
    }
  }
  if (schema.maxProperties !== undefined) {
    result.push(`at most ${schema.maxProperties} names`);
  }
  for (const rule of schema['x-kubernetes-validations'] ?? []) {
    const at = rule.fieldPath ? `\`${rule.fieldPath.slice(1)}\` ` : '';
    result.push(`${at}${rule.message}`);
  }
  return result;
}
