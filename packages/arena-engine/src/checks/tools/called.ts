import { z } from 'zod/v4';
import { ToolCallRecord } from '../../conversation/messages';
import { CheckDefinition, CheckOutcome, constant, verdict } from '../Check';
import { CheckParams } from '../CheckParams';
import { quoted } from '../contains';

const names = z.array(z.string()).min(1).optional();
const nameParams = { tool_names: names, tools: names };
const namesRequired = {
  error: 'tool_names is required',
};
const hasNames = (value: { tool_names?: unknown; tools?: unknown }) =>
  value.tool_names !== undefined || value.tools !== undefined;

function readNames(params: CheckParams): string[] {
  const list = params.strings('tool_names');
  return list.length > 0 ? list : params.strings('tools');
}

function countCalls(
  calls: readonly ToolCallRecord[],
  wanted: readonly string[],
  min: number,
  max: number | undefined,
): CheckOutcome {
  const counts = wanted.map(name => ({
    name,
    count: calls.filter(call => call.name === name).length,
  }));
  const over = counts.filter(({ count }) => max !== undefined && count > max);
  if (over.length > 0) {
    return verdict(
      false,
      over
        .map(
          ({ name, count }) =>
            `${name} was called ${count} times, allowed are ${max}`,
        )
        .join(', '),
    );
  }
  const missing = counts.filter(({ count }) => count < min);
  return {
    score: (counts.length - missing.length) / counts.length,
    explanation:
      missing.length === 0
        ? `Called were ${quoted(wanted)}`
        : missing
            .map(
              ({ name, count }) =>
                `${name} was called ${count} times, expected ${min}`,
            )
            .join(', '),
  };
}

const toolsCalled: CheckDefinition = {
  type: 'tools_called',
  aliases: ['tool_called'],
  params: z
    .strictObject({
      ...nameParams,
      min_calls: z.int().min(0).optional(),
      max_calls: z.int().min(0).optional(),
      ignore_validation: z.boolean().optional(),
      require_args: z.boolean().optional(),
    })
    .refine(hasNames, namesRequired),
  prepare(params) {
    const wanted = readNames(params);
    if (wanted.length === 0) {
      return constant({ score: 0, explanation: 'No tool names are given' });
    }
    const ignoreValidation = params.boolean('ignore_validation') ?? false;
    const requireArgs = params.boolean('require_args') ?? false;
    const min = params.limit('min_calls') ?? 1;
    const max = params.limit('max_calls');
    return ({ toolCalls }) => {
      const counted = toolCalls.filter(
        call =>
          (call.error === undefined ||
            (ignoreValidation && call.errorType === 'validation')) &&
          (!requireArgs || Object.keys(call.arguments).length > 0),
      );
      return countCalls(counted, wanted, min, max);
    };
  },
};

const toolsCalledSession: CheckDefinition = {
  type: 'tools_called_session',
  params: z
    .strictObject({ ...nameParams, min_calls: z.int().min(0).optional() })
    .refine(hasNames, namesRequired),
  prepare(params) {
    const wanted = readNames(params);
    if (wanted.length === 0) {
      return constant({ score: 1, explanation: 'No tool names are given' });
    }
    const min = params.limit('min_calls') ?? 1;
    return ({ toolCalls }) => countCalls(toolCalls, wanted, min, undefined);
  },
};

function notCalled(type: string, scoreWithoutNames: number): CheckDefinition {
  return {
    type,
    params: z.strictObject(nameParams).refine(hasNames, namesRequired),
    prepare(params) {
      const banned = readNames(params);
      if (banned.length === 0) {
        return constant({
          score: scoreWithoutNames,
          explanation: 'No tool names are given',
        });
      }
      return ({ toolCalls }) => {
        const called = toolCalls.find(({ name }) => banned.includes(name));
        return verdict(
          !called,
          called
            ? `${called.name} was called`
            : `None was called of ${quoted(banned)}`,
        );
      };
    },
  };
}

export const toolsCalledChecks = [
  toolsCalled,
  toolsCalledSession,
  notCalled('tools_not_called', 0),
  notCalled('tools_not_called_session', 1),
];
