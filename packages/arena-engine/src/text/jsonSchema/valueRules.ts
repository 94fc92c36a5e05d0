import { goJson } from '../goText';
import { isMultipleOf } from './decimals';
import { FORMATS } from './formats';
import { onlyFor, Rule } from './Rule';
import { isMap, SchemaFault, SchemaReader } from './SchemaReader';

/** The drafts differ in a few keywords; schemas that name none may use those of all. */
export type Draft = 4 | 6 | 7 | 'any';

const TYPES = new Map<string, (value: unknown) => boolean>([
  ['array', Array.isArray],
  ['boolean', value => typeof value === 'boolean'],
  ['integer', value => typeof value === 'number' && Number.isInteger(value)],
  ['null', value => value === null],
  ['number', value => typeof value === 'number'],
  ['object', isMap],
  ['string', value => typeof value === 'string'],
]);

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';

export function typeRule(schema: SchemaReader): Rule | undefined {
  if (!schema.has('type')) return undefined;
  const raw = schema.raw('type');
  const names = isText(raw) ? [raw] : schema.names('type') ?? [];
  const unknown = names.find(name => !TYPES.has(name));
  if (unknown !== undefined) {
    throw new SchemaFault(
      `invalid schema${schema.at}.type: ${JSON.stringify(unknown)} is no type`,
    );
  }
  if (names.length === 0) return undefined;
  return (value, at) =>
    names.some(name => TYPES.get(name)?.(value))
      ? []
      : [`${at}: expected ${names.join(' or ')}`];
}

export function numberRules(schema: SchemaReader, draft: Draft): Rule[] {
  const rules: Rule[] = [];
  const divisor = schema.number('multipleOf');
  if (divisor !== undefined) {
    if (divisor <= 0) throw schema.fault('multipleOf', 'above 0');
    rules.push(
      onlyFor(isNumber, value =>
        isMultipleOf(value, divisor)
          ? undefined
          : `${value} is not a multiple of ${divisor}`,
      ),
    );
  }
  for (const side of ['minimum', 'maximum'] as const) {
    const { limit, exclusive } = readLimit(schema, side, draft);
    const isBelow = side === 'minimum';
    const broken = (value: number, bound: number) =>
      isBelow ? value < bound : value > bound;
    if (limit !== undefined) {
      rules.push(
        onlyFor(isNumber, value =>
          broken(value, limit)
            ? `${value} breaks the ${side} ${limit}`
            : undefined,
        ),
      );
    }
    if (exclusive !== undefined) {
      rules.push(
        onlyFor(isNumber, value =>
          value === exclusive || broken(value, exclusive)
            ? `${value} breaks the exclusive ${side} ${exclusive}`
            : undefined,
        ),
      );
    }
  }
  return rules;
}

/** In draft 4 the exclusive limit is a flag beside the limit, later it is a limit of its own. */
function readLimit(
  schema: SchemaReader,
  side: 'minimum' | 'maximum',
  draft: Draft,
): { limit?: number; exclusive?: number } {
  const name = side === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
  const limit = schema.number(side);
  const isFlag = typeof schema.raw(name) === 'boolean' && draft === 'any';
  if (!schema.has(name)) return { limit };
  if (draft !== 4 && !isFlag) return { limit, exclusive: schema.number(name) };
  const isExclusive = schema.flag(name);
  if (limit === undefined) throw schema.fault(name, `used without ${side}`);
  return isExclusive ? { exclusive: limit } : { limit };
}

export function textRules(schema: SchemaReader): Rule[] {
  const rules: Rule[] = [];
  const min = schema.count('minLength');
  const max = schema.count('maxLength');
  if (min !== undefined && max !== undefined && min > max) {
    throw schema.fault('minLength', `at most maxLength ${max}`);
  }
  if (min !== undefined || max !== undefined) {
    rules.push(
      onlyFor(isText, value => {
        const length = Array.from(value).length;
        return length < (min ?? 0) || length > (max ?? Infinity)
          ? `${length} characters are not ${min ?? 0} to ${max ?? 'any number'}`
          : undefined;
      }),
    );
  }
  const pattern = schema.pattern('pattern');
  if (pattern) {
    rules.push(
      onlyFor(isText, value =>
        pattern.test(value)
          ? undefined
          : `it does not match ${schema.text('pattern')}`,
      ),
    );
  }
  const format = schema.text('format');
  const test = format === undefined ? undefined : FORMATS.get(format);
  if (test) {
    rules.push(
      onlyFor(isText, value =>
        test(value) ? undefined : `it has not the format ${format}`,
      ),
    );
  }
  return rules;
}

/** Values are compared by content: 1.0 equals 1, the order of keys does not matter. */
export function choiceRules(schema: SchemaReader, draft: Draft): Rule[] {
  const rules: Rule[] = [];
  if (schema.has('const') && draft !== 4) {
    const expected = goJson(schema.raw('const'));
    rules.push((value, at) =>
      goJson(value) === expected ? [] : [`${at}: expected ${expected}`],
    );
  }
  const choices = schema.list('enum')?.map(choice => goJson(choice));
  if (choices && choices.length > 0) {
    const known = new Set(choices);
    if (known.size < choices.length) {
      throw schema.fault('enum', 'a list of different values');
    }
    rules.push((value, at) =>
      known.has(goJson(value))
        ? []
        : [`${at}: expected one of ${choices.join(', ')}`],
    );
  }
  return rules;
}
