import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { requireOneOf } from '../schemas';
import { countCalls } from './countCalls';
import { minCalls, readToolNames, toolNameParams } from './toolNames';

export const toolsCalledSession: CheckDefinition = {
  type: 'tools_called_session',
  summary: 'Every tool was called, with success or without.',
  reads: 'tool calls so far',
  scoring: 'Share of the tools that were called often enough.',
  example: { tool_names: ['search_orders'] },
  params: requireOneOf(
    z.strictObject({ ...toolNameParams, min_calls: minCalls }),
    'tool_names',
    'tools',
  ),
  prepare(params) {
    const wanted = readToolNames(params);
    if (wanted.length === 0) {
      return constant({ score: 1, explanation: 'No tool names are given' });
    }
    const min = params.limit('min_calls') ?? 1;
    return ({ toolCalls }) => countCalls(toolCalls, wanted, { min });
  },
};
