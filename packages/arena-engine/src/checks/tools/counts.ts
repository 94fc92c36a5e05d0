import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';

const noToolErrors: CheckDefinition = {
  type: 'no_tool_errors',
  params: z.strictObject({ tools: z.array(z.string()).optional() }),
  prepare(params) {
    const scope = params.strings('tools');
    return ({ toolCalls }) => {
      const calls = toolCalls.filter(
        ({ name }) => scope.length === 0 || scope.includes(name),
      );
      const errors = calls.filter(({ error }) => error !== undefined);
      return {
        score: calls.length === 0 ? 1 : 1 - errors.length / calls.length,
        explanation:
          errors.length === 0
            ? `None of ${calls.length} calls failed`
            : `${errors.length} of ${calls.length} calls failed: ${errors[0].name}: ${errors[0].error}`,
      };
    };
  },
};

const toolCallCount: CheckDefinition = {
  type: 'tool_call_count',
  params: z.strictObject({
    tool: z.string().optional(),
    min: z.int().min(0).optional(),
    max: z.int().min(0).optional(),
  }),
  prepare(params) {
    const tool = params.string('tool') ?? '';
    const min = params.number('min') ?? 0;
    const max = params.number('max') ?? Infinity;
    return ({ toolCalls }) => {
      const count = toolCalls.filter(
        ({ name }) => tool === '' || name === tool,
      ).length;
      return verdict(
        count >= min && count <= max,
        `There were ${count} calls, allowed are ${min} to ${
          max === Infinity ? 'any number' : max
        }`,
      );
    };
  },
};

const toolNoRepeat: CheckDefinition = {
  type: 'tool_no_repeat',
  params: z.strictObject({
    tools: z.array(z.string()).optional(),
    max_repeats: z.int().min(1).optional(),
  }),
  prepare(params) {
    const scope = params.strings('tools');
    const max = params.limit('max_repeats') ?? 1;
    return ({ toolCalls }) => {
      let last = '';
      let streak = 0;
      for (const { name } of toolCalls) {
        streak = name === last ? streak + 1 : 1;
        last = name;
        if (streak > max && (scope.length === 0 || scope.includes(name))) {
          return verdict(false, `${name} was called ${streak} times in a row`);
        }
      }
      return verdict(
        true,
        `No tool was called more than ${max} times in a row`,
      );
    };
  },
};

const toolEfficiency: CheckDefinition = {
  type: 'tool_efficiency',
  params: z
    .strictObject({
      max_calls: z.int().min(1).optional(),
      max_errors: z.int().min(0).optional(),
      max_error_rate: z.number().min(0).max(1).optional(),
    })
    .refine(value => Object.values(value).some(entry => entry !== undefined), {
      error: 'One of max_calls, max_errors or max_error_rate is required',
    }),
  prepare(params) {
    const [maxCalls, maxErrors, maxRate] = [
      'max_calls',
      'max_errors',
      'max_error_rate',
    ].map(name => params.number(name));
    if ([maxCalls, maxErrors, maxRate].every(value => value === undefined)) {
      return constant({ score: 0, explanation: 'No limit is given' });
    }
    return ({ toolCalls }) => {
      const count = toolCalls.length;
      const errors = toolCalls.filter(
        ({ error }) => error !== undefined,
      ).length;
      const rate = count === 0 ? 0 : errors / count;
      const explanation = `There were ${count} calls, ${errors} failed`;
      if (
        count > (maxCalls ?? Infinity) ||
        errors > (maxErrors ?? Infinity) ||
        rate > (maxRate ?? Infinity)
      ) {
        return verdict(false, explanation);
      }
      // The score is a grade, so that it takes a min_score to pass.
      return {
        score:
          maxCalls === undefined || maxCalls === 0 ? 1 : 1 - count / maxCalls,
        explanation,
      };
    };
  },
};

export const toolCountChecks = [
  noToolErrors,
  toolCallCount,
  toolNoRepeat,
  toolEfficiency,
];
