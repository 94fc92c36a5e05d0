import { compile, TreeInterpreter } from '@jmespath-community/jmespath';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod/v4';
import { compileJsonSchema } from '../text/jsonSchema';
import { CheckDefinition, CheckOutcome, constant, verdict } from './Check';
import { CheckParams } from './CheckParams';
import { parseReply } from './extractJson';

const wrapping = {
  allow_wrapped: z.boolean().optional(),
  extract_json: z.boolean().optional(),
};

export const jsonValid: CheckDefinition = {
  type: 'json_valid',
  aliases: ['is_valid_json', 'valid_json'],
  params: z.strictObject(wrapping),
  prepare: params => input => {
    const parsed = parseReply(input.output, params);
    return 'error' in parsed
      ? verdict(false, parsed.error)
      : verdict(true, 'The reply is JSON');
  },
};

export const jsonSchema: CheckDefinition = {
  type: 'json_schema',
  params: z.strictObject({
    schema: z.union([z.record(z.string(), z.unknown()), z.boolean()]),
    ...wrapping,
  }),
  prepare(params) {
    if (!params.has('schema')) {
      return constant({ score: 0, explanation: 'No schema is given' });
    }
    const validate = compileJsonSchema(params.raw('schema'));
    return input => {
      const parsed = parseReply(input.output, params);
      if ('error' in parsed) return verdict(false, parsed.error);
      if (typeof validate === 'string') return { explanation: validate };
      const faults = validate(parsed.value);
      return verdict(
        faults.length === 0,
        faults.length === 0
          ? 'The reply fits the schema'
          : `The reply does not fit the schema: ${faults
              .slice(0, 3)
              .join('; ')}`,
      );
    };
  },
};

export const jsonPath: CheckDefinition = {
  type: 'json_path',
  params: z
    .strictObject({
      expression: z.string().optional(),
      jmespath_expression: z.string().optional(),
      expected: z.unknown().optional(),
      contains: z.array(z.unknown()).optional(),
      min: z.number().optional(),
      max: z.number().optional(),
      min_results: z.int().optional(),
      max_results: z.int().optional(),
      ...wrapping,
    })
    .refine(value => value.expression ?? value.jmespath_expression, {
      error: 'expression is required',
    }),
  prepare(params) {
    const expression =
      params.string('expression') ?? params.string('jmespath_expression') ?? '';
    if (expression === '') {
      return constant({ score: 0, explanation: 'No expression is given' });
    }
    let query: ReturnType<typeof compile>;
    try {
      query = compile(expression);
    } catch (error) {
      return constant({
        score: 0,
        explanation: `Invalid expression: ${error}`,
      });
    }
    return input => {
      const parsed = parseReply(input.output, params);
      if ('error' in parsed) return verdict(false, parsed.error);
      let found: unknown;
      try {
        found = TreeInterpreter.search(query, toJson(parsed.value)) ?? null;
      } catch (error) {
        return verdict(false, `Invalid expression: ${error}`);
      }
      return judge(found, params);
    };
  },
};

type Json = Parameters<typeof TreeInterpreter.search>[1];

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

function judge(found: unknown, params: CheckParams): CheckOutcome {
  const shown = shorten(found);
  if (
    params.has('expected') &&
    !isDeepStrictEqual(found, params.raw('expected'))
  ) {
    return verdict(
      false,
      `Found ${shown}, expected ${shorten(params.raw('expected'))}`,
    );
  }
  const wanted = params.list('contains');
  if (wanted) {
    const present = Array.isArray(found) ? found : [];
    const missing = wanted.filter(
      entry => !present.some(other => isDeepStrictEqual(entry, other)),
    );
    if (!Array.isArray(found) || missing.length > 0) {
      return verdict(false, `${shown} does not contain ${shorten(missing)}`);
    }
  }
  const [min, max] = [params.number('min'), params.number('max')];
  if (min !== undefined || max !== undefined) {
    const fits =
      typeof found === 'number' &&
      found >= (min ?? -Infinity) &&
      found <= (max ?? Infinity);
    if (!fits) {
      return verdict(
        false,
        `${shown} is not between ${min ?? '-∞'} and ${max ?? '∞'}`,
      );
    }
  }
  const [atLeast, atMost] = [
    params.limit('min_results'),
    params.limit('max_results'),
  ];
  if (atLeast !== undefined || atMost !== undefined) {
    const fits =
      Array.isArray(found) &&
      found.length >= (atLeast ?? 0) &&
      found.length <= (atMost ?? Infinity);
    if (!fits) {
      return verdict(
        false,
        `${shown} does not have ${atLeast ?? 0} to ${atMost ?? '∞'} elements`,
      );
    }
  }
  return verdict(true, `Found ${shown}`);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
