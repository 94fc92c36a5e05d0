import { z } from 'zod/v4';
import { Quirks } from '../../quirks/quirks';
import { CheckDefinition, constant, RunCheck } from '../Check';
import { CheckParams } from '../CheckParams';
import { expectState, expectTools, nothingExpected } from './expectations';

const DEFAULT_THRESHOLD = 0.8;

export const directional: CheckDefinition = {
  type: 'directional',
  summary: 'The conversation came to the same as a baseline.',
  reads: 'whole conversation',
  scoring:
    '1 or 0; for `similar_content` the share of common words, and 1 from `threshold` on. 1 without the baseline of the check.',
  quirks: ['similarityThresholdIgnored', 'finalStateUnknown'],
  example: {
    check: 'similar_content',
    baseline_content: 'Your refund is on its way',
    threshold: 0.5,
  },
  params: z.strictObject({
    check: z
      .enum(['same_tool_calls', 'same_outcome', 'similar_content'])
      .default('same_tool_calls')
      .describe('What is compared.'),
    baseline_tools: z
      .array(z.string())
      .optional()
      .describe('For `same_tool_calls`: the set of tools that are called.'),
    baseline_state: z
      .string()
      .optional()
      .describe('For `same_outcome`: the state of the workflow.'),
    baseline_content: z
      .string()
      .optional()
      .describe('For `similar_content`: the text to compare with.'),
    threshold: z
      .number()
      .default(DEFAULT_THRESHOLD)
      .describe('Smallest similarity that counts as the same, from 0 to 1.'),
  }),
  prepare(params, { quirks }) {
    const check = params.string('check') ?? 'same_tool_calls';
    switch (check) {
      case 'same_tool_calls':
        return expectTools(params.strings('baseline_tools'));
      case 'same_outcome':
        return expectState(params.string('baseline_state') ?? '', quirks);
      case 'similar_content':
        return similarContent(params, quirks);
      default:
        return constant({ score: 0, explanation: `Unknown check ${check}` });
    }
  },
};

function similarContent(params: CheckParams, quirks: Quirks): RunCheck {
  const baseline = params.string('baseline_content') ?? '';
  if (baseline === '') return nothingExpected;
  const expected = words(baseline);
  const threshold = params.number('threshold') ?? DEFAULT_THRESHOLD;
  return ({ output }) => {
    const similarity = jaccard(words(output), expected);
    const reached = similarity >= threshold;
    return {
      score: !quirks.similarityThresholdIgnored && reached ? 1 : similarity,
      explanation: `The similarity of the words is ${similarity.toFixed(2)}, ${
        reached ? 'at least' : 'below'
      } ${threshold}`,
    };
  };
}

function words(text: string): Set<string> {
  return new Set(text.toLowerCase().split(/\s+/).filter(Boolean));
}

function jaccard(a: Set<string>, b: Set<string>): number {
  const union = new Set([...a, ...b]).size;
  if (union === 0) return 1;
  return [...a].filter(word => b.has(word)).length / union;
}
