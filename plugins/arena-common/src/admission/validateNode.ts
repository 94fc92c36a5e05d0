import { JsonObject, JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import type { StructuralSchema } from '../resources/crd';
import { checkRules } from './celRules';
import { duplicate, required, tooMany, typeInvalid } from './causes';
import { FieldPath } from './FieldPath';
import { checkScalar } from './checkScalar';
import { isObject, jsonEqual, own, typeOf } from './values';

/** @internal */
export interface NodeToValidate {
  value: JsonValue;
  /** The value before the update, where the two can be told to belong together. */
  oldValue?: JsonValue;
  schema: StructuralSchema;
  path: FieldPath;
}

/**
 * Checks a value against its schema and the schema's rules, and everything below it. What an update leaves as it was is not checked again, so
 * that an object that a newer schema would refuse can still be changed (as in Kubernetes: "ratcheting").
 *
 * @returns whether the value fits the schema. Rules count apart.
 * @internal
 */
export function validateNode(
  node: NodeToValidate,
  report: (cause: FieldCause) => void,
): boolean {
  const { value, oldValue, schema, path } = node;
  if (oldValue !== undefined && jsonEqual(value, oldValue)) {
    return true;
  }
  if (!hasType(value, schema.type)) {
    report(typeInvalid(path, value, schema.type));
    return false;
  }
  if (Array.isArray(value)) {
    const fits = validateList(value, node, report);
    checkRules({ ...node, fits }).forEach(report);
    return fits;
  }
  if (isObject(value)) {
    const faulty = new Set<string>();
    const fits = validateObject(value, node, faulty, report);
    checkRules({ ...node, fits, faulty }).forEach(report);
    return fits;
  }
  const causes = checkScalar(value, schema, path);
  (causes.length > 0 ? causes : checkRules({ ...node, fits: true })).forEach(
    report,
  );
  return causes.length === 0;
}

function hasType(value: JsonValue, type: StructuralSchema['type']): boolean {
  const actual = typeOf(value);
  return actual === type || (type === 'number' && actual === 'integer');
}

/** Besides its answer, collects the names of the fields that hold a wrong text, number or boolean. */
function validateObject(
  value: JsonObject,
  node: NodeToValidate,
  faulty: Set<string>,
  report: (cause: FieldCause) => void,
): boolean {
  const { schema, path } = node;
  const old = isObject(node.oldValue) ? node.oldValue : {};
  let fits = true;
  for (const name of schema.required ?? []) {
    if (own(value, name) === undefined) {
      report(required([...path, { field: name }]));
      fits = false;
    }
  }
  const names = Object.keys(value);
  const { maxProperties, properties = {}, additionalProperties } = schema;
  if (maxProperties !== undefined && names.length > maxProperties) {
    report(tooMany(path, names.length, maxProperties));
    return false;
  }
  for (const name of names) {
    const property = Object.prototype.hasOwnProperty.call(properties, name)
      ? properties[name]
      : undefined;
    const known = property ?? additionalProperties;
    const child = value[name];
    if (known && child !== undefined) {
      const segment = property ? { field: name } : { key: name };
      const childFits = validateNode(
        {
          value: child,
          oldValue: own(old, name),
          schema: known,
          path: [...path, segment],
        },
        report,
      );
      fits = childFits && fits;
      if (!childFits && (typeof child !== 'object' || child === null)) {
        faulty.add(name);
      }
    }
  }
  return fits;
}

function validateList(
  value: JsonValue[],
  node: NodeToValidate,
  report: (cause: FieldCause) => void,
): boolean {
  const { schema, path } = node;
  const { items, minItems = 0, maxItems = Infinity } = schema;
  if (value.length > maxItems) {
    report(tooMany(path, value.length, maxItems));
    return false;
  }
  let fits = true;
  if (value.length < minItems) {
    report(required(path, `must have at least ${minItems} items`));
    fits = false;
  }
  const seen = new Map<string, number>();
  const old = oldItemsByKey(node);
  value.forEach((item, index) => {
    const at = [...path, { index }];
    const identity = identityOf(item, schema);
    const key = identity === undefined ? undefined : JSON.stringify(identity);
    if (items) {
      const oldValue = key === undefined ? undefined : old.get(key);
      const itemFits = validateNode(
        { value: item, oldValue, schema: items, path: at },
        report,
      );
      fits = itemFits && fits;
    }
    if (key !== undefined && identity !== undefined) {
      const times = (seen.get(key) ?? 0) + 1;
      seen.set(key, times);
      fits = fits && times === 1;
      // As in Kubernetes: what is there more than twice is told once.
      if (times === 2) {
        report(duplicate(at, identity));
      }
    }
  });
  return fits;
}

/** What makes an item of a set or of a list with keys the one that it is. */
function identityOf(
  item: JsonValue,
  schema: StructuralSchema,
): JsonValue | undefined {
  if (schema['x-kubernetes-list-type'] === 'set') {
    return item;
  }
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || !keys || !isObject(item)) {
    return undefined;
  }
  const entries = keys.map((key): [string, JsonValue | undefined] => [
    key,
    own(item, key),
  ]);
  return entries.some(([, part]) => part === undefined)
    ? undefined
    : Object.fromEntries(entries);
}

function oldItemsByKey(node: NodeToValidate): Map<string, JsonValue> {
  const result = new Map<string, JsonValue>();
  if (
    Array.isArray(node.oldValue) &&
    node.schema['x-kubernetes-list-type'] === 'map'
  ) {
    for (const item of node.oldValue) {
      const identity = identityOf(item, node.schema);
      if (identity !== undefined) {
        result.set(JSON.stringify(identity), item);
      }
    }
  }
  return result;
}
