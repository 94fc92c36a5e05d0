import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { countResults } from './countResults';
import { resultParams } from './resultParams';

export const toolResultMediaType: CheckDefinition = {
  type: 'tool_result_media_type',
  summary: 'Some result holds media of the MIME type.',
  reads: 'tool results so far',
  scoring: '1 or 0.',
  quirks: ['callIdsRepeat'],
  example: { tool: 'draw_chart', mime_type: 'image/png' },
  params: z.strictObject({
    ...resultParams,
    mime_type: z.string().describe('MIME type, in any letter case.'),
  }),
  prepare(params) {
    const type = params.string('mime_type')?.toLowerCase();
    if (!type) {
      return constant({ score: 0, explanation: 'mime_type is not given' });
    }
    return ({ toolCalls }) =>
      countResults(toolCalls, params.string('tool'), 1, ({ parts }) =>
        (parts ?? []).some(
          part => part.type !== 'text' && part.mimeType.toLowerCase() === type,
        ),
      );
  },
};
