import { JsonObject, JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import type { StructuralSchema } from '../resources/crd';
import { unknownField } from './causes';
import { FieldPath, formatFieldPath } from './FieldPath';
import { suggest } from './suggest';
import { isObject } from './values';

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';

/**
 * A copy of a value without the fields that its schema does not have, and without nulls, which stand for absent fields. Each unknown
 * field is reported to `onUnknown`.
 *
 * @internal
 */
export function prune(
  value: JsonValue,
  schema: StructuralSchema,
  path: FieldPath,
  onUnknown: (cause: FieldCause) => void,
): JsonValue {
  const root = schema;

  function visit(
    current: JsonValue,
    node: StructuralSchema,
    at: FieldPath,
  ): JsonValue {
    if (Array.isArray(current)) {
      const { items } = node;
      return items
        ? current.map((item, index) => visit(item, items, [...at, { index }]))
        : current;
    }
    return isObject(current) ? visitObject(current, node, at) : current;
  }

  function visitObject(
    current: JsonObject,
    node: StructuralSchema,
    at: FieldPath,
  ): JsonObject {
    if (node.type !== 'object') {
      return current;
    }
    const entries: Array<[string, JsonValue]> = [];
    for (const [name, child] of Object.entries(current)) {
      const property = ownSchema(node, name);
      const known = property ?? node.additionalProperties;
      if (child === undefined || (child === null && known)) {
        continue;
      }
      if (known) {
        const segment = property ? { field: name } : { key: name };
        entries.push([name, visit(child, known, [...at, segment])]);
      } else if (node[PRESERVE]) {
        entries.push([name, child]);
      } else {
        const field = [...at, { field: name }];
        onUnknown(unknownField(field, suggestField(name, node, at)));
      }
    }
    // Unlike assignment, this makes `__proto__` a plain entry.
    return Object.fromEntries(entries);
  }

  /** A sibling of nearly that name, else the one field of exactly that name elsewhere. */
  function suggestField(
    name: string,
    node: StructuralSchema,
    at: FieldPath,
  ): string | undefined {
    const sibling = suggest(name, Object.keys(node.properties ?? {}));
    if (sibling) {
      return formatFieldPath([...at, { field: sibling }]);
    }
    const elsewhere = fieldsNamed(name, root, formatFieldPath(path));
    return elsewhere.length === 1 ? elsewhere[0] : undefined;
  }

  return visit(value, schema, path);
}

function ownSchema(
  schema: StructuralSchema,
  name: string,
): StructuralSchema | undefined {
  const { properties } = schema;
  return properties && Object.prototype.hasOwnProperty.call(properties, name)
    ? properties[name]
    : undefined;
}

function fieldsNamed(
  name: string,
  schema: StructuralSchema,
  path: string,
): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const here = path ? `${path}.${key}` : key;
    return [
      ...(key === name ? [here] : []),
      ...fieldsNamed(name, property, here),
    ];
  });
}
