import { Environment } from '@marcbachmann/cel-js';
import { isError } from '@backstage/errors';
import { JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import type { StructuralSchema } from '../resources/crd';
import type { CelRule } from '../resources/fields';
import { duplicate, forbidden, invalid, required } from './causes';
import { FieldPath, rulePath } from './FieldPath';
import { isObject, valueAt } from './values';

const environment = new Environment()
  .registerVariable('self', 'dyn')
  .registerVariable('oldSelf', 'dyn');

type Program = (context: Record<string, unknown>) => unknown;
const programs = new Map<string, Program>();

function programOf(rule: string): Program {
  let program = programs.get(rule);
  if (!program) {
    program = environment.parse(rule) as Program;
    programs.set(rule, program);
  }
  return program;
}

/** Whether a rule compares with the old value, so that it runs on updates only. */
function isTransition(rule: CelRule): boolean {
  return /\boldSelf\b/.test(rule.rule);
}

/** A value with the types that CEL knows: what the schema calls an integer becomes one. */
function toCel(value: JsonValue, schema?: StructuralSchema): unknown {
  if (Array.isArray(value)) {
    return value.map(item => toCel(item, schema?.items));
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [
        name,
        child === undefined
          ? child
          : toCel(
              child,
              schema?.properties?.[name] ?? schema?.additionalProperties,
            ),
      ]),
    );
  }
  const integer = !schema || schema.type === 'integer';
  return integer && typeof value === 'number' && Number.isInteger(value)
    ? BigInt(value)
    : value;
}

/** Whether a rule speaks of one of the fields that hold wrong values: it would only repeat that fault in other words. */
function speaksOf(rule: CelRule, faulty: ReadonlySet<string>): boolean {
  return [...rule.rule.matchAll(/\bself\.([A-Za-z0-9_]+)/g)].some(([, name]) =>
    faulty.has(name),
  );
}

/**
 * Runs the CEL rules of one node. They also run when something below the node is wrong, so that all faults show at once; a rule that cannot
 * be evaluated on such a value says nothing then.
 *
 * @internal
 */
export function checkRules(options: {
  value: JsonValue;
  oldValue?: JsonValue;
  schema: StructuralSchema;
  path: FieldPath;
  /** Whether the value and everything below it fits the schema. */
  fits: boolean;
  /** Fields of the node that hold a wrong text, number or boolean. */
  faulty?: ReadonlySet<string>;
}): FieldCause[] {
  const { value, oldValue, schema, path, fits } = options;
  const { faulty = new Set<string>() } = options;
  const rules = (schema['x-kubernetes-validations'] ?? []).filter(
    rule =>
      (oldValue !== undefined || !isTransition(rule)) &&
      !speaksOf(rule, faulty),
  );
  if (rules.length === 0) {
    return [];
  }
  const context = {
    self: toCel(value, schema),
    oldSelf: oldValue === undefined ? undefined : toCel(oldValue, schema),
  };
  return rules.flatMap(rule => {
    const relative = rulePath(rule.fieldPath);
    const at = [...path, ...relative];
    const found = valueAt(value, relative);
    try {
      return programOf(rule.rule)(context) === true
        ? []
        : [causeOf(rule, at, found ?? value)];
    } catch (error) {
      if (!fits) {
        return [];
      }
      const detail = isError(error) ? error.message : String(error);
      return [
        invalid(
          at,
          found,
          `${rule.message} (rule failed: ${detail.split('\n')[0]})`,
        ),
      ];
    }
  });
}

function causeOf(rule: CelRule, at: FieldPath, value: JsonValue): FieldCause {
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(at, rule.message);
    case 'FieldValueRequired':
      return required(at, rule.message);
    case 'FieldValueDuplicate':
      return duplicate(at, value);
    default:
      return invalid(at, value, rule.message);
  }
}
