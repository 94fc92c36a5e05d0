import { z } from 'zod/v4';
import { CheckDefinition } from '../Check';
import { countResults } from './countResults';
import { resultParams } from './resultParams';

export const toolResultHasMedia: CheckDefinition = {
  type: 'tool_result_has_media',
  summary: 'Some result holds media.',
  reads: 'tool results so far',
  scoring: '1 or 0.',
  quirks: ['callIdsRepeat'],
  example: { tool: 'draw_chart', media_type: 'image' },
  params: z.strictObject({
    ...resultParams,
    media_type: z
      .string()
      .optional()
      .describe('`image`, `audio`, `video` or `document`. Any without it.'),
  }),
  prepare(params) {
    const type = params.string('media_type')?.toLowerCase();
    return ({ toolCalls }) =>
      countResults(toolCalls, params.string('tool'), 1, ({ parts }) =>
        (parts ?? []).some(
          part => part.type !== 'text' && (!type || part.type === type),
        ),
      );
  },
};
