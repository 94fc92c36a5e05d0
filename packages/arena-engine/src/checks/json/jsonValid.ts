import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { parseReply } from './parseReply';
import { wrapping } from './wrapping';

export const jsonValid: CheckDefinition = {
  type: 'json_valid',
  aliases: ['is_valid_json', 'valid_json'],
  summary: 'The reply is JSON.',
  reads: 'last reply',
  scoring: '1 or 0.',
  example: { allow_wrapped: true },
  params: z.strictObject(wrapping),
  prepare: params => input => {
    const parsed = parseReply(input.output, params);
    return 'error' in parsed
      ? verdict(false, parsed.error)
      : verdict(true, 'The reply is JSON');
  },
};
