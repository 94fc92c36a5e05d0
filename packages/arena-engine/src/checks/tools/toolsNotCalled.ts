import { z } from 'zod/v4';
import { CheckDefinition } from '../Check';
import { requireOneOf } from '../schemas';
import { neverCalled } from './neverCalled';
import { toolNameParams } from './toolNames';

export const toolsNotCalled: CheckDefinition = {
  type: 'tools_not_called',
  summary: 'None of the tools was called, not even without success.',
  reads: 'tool calls so far',
  scoring: '1 or 0; 0 without names.',
  example: { tool_names: ['delete_account'] },
  params: requireOneOf(z.strictObject(toolNameParams), 'tool_names', 'tools'),
  prepare: neverCalled(0),
};
