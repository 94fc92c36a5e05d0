import { z } from 'zod/v4';
import { CheckParams } from '../CheckParams';
import { texts } from '../schemas';

/** Two spellings of the list of tool names. */
export const toolNameParams = {
  tool_names: texts().optional().describe('Names of tools.'),
  tools: texts().optional().describe('Same as `tool_names`.'),
};

export const minCalls = z
  .int()
  .min(0)
  .default(1)
  .describe('Fewest calls of each tool; 0 means 1.');

export function readToolNames(params: CheckParams): string[] {
  const list = params.strings('tool_names');
  return list.length > 0 ? list : params.strings('tools');
}
