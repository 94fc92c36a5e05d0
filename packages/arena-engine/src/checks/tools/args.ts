import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { hasArgument, readConstraints, sameArgument } from './constraints';

const map = z.record(z.string(), z.unknown());

function toolArgs(type: string, scoreWithoutArgs: number): CheckDefinition {
  return {
    type,
    params: z.strictObject({ tool_name: z.string(), expected_args: map }),
    prepare(params) {
      const name = params.string('tool_name') ?? '';
      const expected = Object.entries(params.map('expected_args') ?? {});
      if (name === '') {
        return constant({ score: 0, explanation: 'tool_name is not given' });
      }
      if (expected.length === 0) {
        return constant({
          score: scoreWithoutArgs,
          explanation: 'expected_args is empty',
        });
      }
      return ({ toolCalls }) => {
        const found = toolCalls.some(
          call =>
            call.name === name &&
            expected.every(
              ([key, value]) =>
                hasArgument(call, key) &&
                sameArgument(call.arguments[key], value),
            ),
        );
        return verdict(
          found,
          found
            ? `A call of ${name} has the expected arguments`
            : `No call of ${name} has the expected arguments`,
        );
      };
    },
  };
}

const argsExcluded: CheckDefinition = {
  type: 'tool_args_excluded_session',
  aliases: ['tools_not_called_with_args'],
  params: z.strictObject({
    tool_name: z.string(),
    excluded_args: map.optional(),
    forbidden_args: z.record(z.string(), z.array(z.unknown())).optional(),
  }),
  prepare(params) {
    const name = params.string('tool_name') ?? '';
    if (name === '') {
      return constant({ score: 0, explanation: 'tool_name is not given' });
    }
    const forbidden = [
      ...Object.entries(params.map('excluded_args') ?? {}).map(
        ([key, value]): [string, unknown[]] => [key, [value]],
      ),
      ...Object.entries(params.map('forbidden_args') ?? {}).map(
        ([key, values]): [string, unknown[]] => [key, [values].flat()],
      ),
    ];
    return ({ toolCalls }) => {
      for (const call of toolCalls) {
        if (call.name !== name) continue;
        const hit = forbidden.find(
          ([key, values]) =>
            hasArgument(call, key) &&
            values.some(value => sameArgument(call.arguments[key], value)),
        );
        if (hit) {
          return verdict(
            false,
            `${name} was called with a forbidden value of ${hit[0]}`,
          );
        }
      }
      return verdict(true, `No call of ${name} has a forbidden argument`);
    };
  },
};

const callsWithArgs: CheckDefinition = {
  type: 'tool_calls_with_args',
  params: z.strictObject({
    tool_name: z.string().optional(),
    expected_args: map.optional(),
    args_match: z.record(z.string(), z.string()).optional(),
    result_includes: z.array(z.string()).optional(),
    result_matches: z.string().optional(),
    no_error: z.boolean().optional(),
  }),
  prepare(params) {
    const name = params.string('tool_name') ?? '';
    const fault = readConstraints(params);
    return ({ toolCalls }) => {
      const calls =
        name === '' ? toolCalls : toolCalls.filter(call => call.name === name);
      if (name !== '' && calls.length === 0) {
        return verdict(false, `${name} was never called`);
      }
      for (const call of calls) {
        const found = fault(call);
        if (found) return verdict(false, `${call.name}: ${found}`);
      }
      return verdict(true, `All ${calls.length} calls fit`);
    };
  },
};

export const toolArgsChecks = [
  toolArgs('tool_args', 0),
  toolArgs('tool_args_session', 1),
  argsExcluded,
  callsWithArgs,
];
