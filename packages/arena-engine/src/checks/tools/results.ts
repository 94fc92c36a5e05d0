import { z } from 'zod/v4';
import { ToolCallRecord } from '../../conversation/messages';
import { lowerCase } from '../../text/goText';
import { compilePattern } from '../../text/regex';
import { CheckDefinition, constant, verdict } from '../Check';

const tool = z.string().optional();
const occurrence = z.int().min(1).optional();

function countMatches(
  calls: readonly ToolCallRecord[],
  toolName: string | undefined,
  wanted: number,
  matches: (call: ToolCallRecord) => boolean,
) {
  const count = calls.filter(
    call => (!toolName || call.name === toolName) && matches(call),
  ).length;
  return verdict(count >= wanted, `${count} results match, expected ${wanted}`);
}

const resultIncludes: CheckDefinition = {
  type: 'tool_result_includes',
  params: z.strictObject({
    tool,
    patterns: z.array(z.string()).min(1),
    occurrence,
  }),
  prepare(params) {
    const patterns = params.strings('patterns').map(lowerCase);
    if (patterns.length === 0) {
      return constant({ score: 0, explanation: 'No patterns are given' });
    }
    const wanted = params.limit('occurrence') ?? 1;
    return ({ toolCalls }) =>
      countMatches(toolCalls, params.string('tool'), wanted, ({ result }) => {
        const text = lowerCase(result);
        return patterns.every(pattern => text.includes(pattern));
      });
  },
};

const resultMatches: CheckDefinition = {
  type: 'tool_result_matches',
  params: z.strictObject({ tool, pattern: z.string().min(1), occurrence }),
  prepare(params) {
    const source = params.string('pattern') ?? '';
    const pattern =
      source === '' ? 'No pattern is given' : compilePattern(source);
    if (typeof pattern === 'string') {
      return constant({ score: 0, explanation: pattern });
    }
    const wanted = params.limit('occurrence') ?? 1;
    return ({ toolCalls }) =>
      countMatches(toolCalls, params.string('tool'), wanted, ({ result }) =>
        pattern.test(result),
      );
  },
};

const hasMedia: CheckDefinition = {
  type: 'tool_result_has_media',
  params: z.strictObject({ tool, media_type: z.string().optional() }),
  prepare(params) {
    const type = params.string('media_type')?.toLowerCase();
    return ({ toolCalls }) =>
      countMatches(toolCalls, params.string('tool'), 1, ({ parts }) =>
        (parts ?? []).some(
          part => part.media && (!type || part.type.toLowerCase() === type),
        ),
      );
  },
};

const mediaType: CheckDefinition = {
  type: 'tool_result_media_type',
  params: z.strictObject({ tool, mime_type: z.string() }),
  prepare(params) {
    const type = params.string('mime_type')?.toLowerCase();
    if (!type)
      return constant({ score: 0, explanation: 'mime_type is not given' });
    return ({ toolCalls }) =>
      countMatches(toolCalls, params.string('tool'), 1, ({ parts }) =>
        (parts ?? []).some(
          part => part.media?.mime_type?.toLowerCase() === type,
        ),
      );
  },
};

export const toolResultChecks = [
  resultIncludes,
  resultMatches,
  hasMedia,
  mediaType,
];
