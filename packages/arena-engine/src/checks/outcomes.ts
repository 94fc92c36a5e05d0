import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from './Check';
import { quoted } from './contains';

const names = z.array(z.string());

const nothingExpected = constant({
  score: 1,
  explanation: 'Nothing is expected',
});

export const outcomeEquivalent: CheckDefinition = {
  type: 'outcome_equivalent',
  params: z.strictObject({
    metric: z.enum(['tool_calls', 'final_state', 'content_hash']),
    expected_tools: names.optional(),
    expected_state: z.string().optional(),
    expected_content: z.string().optional(),
  }),
  prepare(params) {
    const metric = params.string('metric') ?? 'tool_calls';
    if (metric === 'tool_calls') {
      const expected = params.strings('expected_tools');
      if (expected.length === 0) return nothingExpected;
      return ({ toolCalls }) => sameTools(toolCalls, expected);
    }
    if (metric === 'content_hash') {
      const expected = params.string('expected_content') ?? '';
      if (expected === '') return nothingExpected;
      return ({ output }) =>
        verdict(
          output === expected,
          output === expected
            ? 'The reply equals the expected text'
            : 'The reply differs from the expected text',
        );
    }
    if (metric === 'final_state') {
      return (params.string('expected_state') ?? '') === ''
        ? nothingExpected
        : constant({ score: 0, explanation: 'There is no state to compare' });
    }
    return constant({ score: 0, explanation: `Unknown metric ${metric}` });
  },
};

export const directional: CheckDefinition = {
  type: 'directional',
  params: z.strictObject({
    check: z.enum(['same_tool_calls', 'same_outcome', 'similar_content']),
    baseline_tools: names.optional(),
    baseline_state: z.string().optional(),
    baseline_content: z.string().optional(),
    threshold: z.number().optional(),
  }),
  prepare(params, { quirks }) {
    const check = params.string('check') ?? 'same_tool_calls';
    if (check === 'same_tool_calls') {
      const baseline = params.strings('baseline_tools');
      if (baseline.length === 0) return nothingExpected;
      return ({ toolCalls }) => sameTools(toolCalls, baseline);
    }
    if (check === 'same_outcome') {
      return (params.string('baseline_state') ?? '') === ''
        ? nothingExpected
        : constant({ score: 0, explanation: 'There is no state to compare' });
    }
    if (check !== 'similar_content') {
      return constant({ score: 0, explanation: `Unknown check ${check}` });
    }
    const baseline = params.string('baseline_content') ?? '';
    if (baseline === '') return nothingExpected;
    const expected = words(baseline);
    const threshold = params.number('threshold') ?? 0.8;
    return ({ output }) => {
      const similarity = jaccard(words(output), expected);
      const reached = similarity >= threshold;
      return {
        // The original compares the similarity itself with 1 and the threshold only changes the message.
        score: !quirks.similarityThresholdIgnored && reached ? 1 : similarity,
        explanation: `The similarity of the words is ${similarity.toFixed(
          2,
        )}, ${reached ? 'at least' : 'below'} ${threshold}`,
      };
    };
  },
};

function sameTools(calls: ReadonlyArray<{ name: string }>, expected: string[]) {
  const actual = new Set(calls.map(({ name }) => name));
  const wanted = new Set(expected);
  const same =
    actual.size === wanted.size && [...wanted].every(name => actual.has(name));
  return verdict(
    same,
    same
      ? 'The tools called are the expected ones'
      : `Called were ${quoted([...actual]) || 'none'}, expected ${quoted([
          ...wanted,
        ])}`,
  );
}

function words(text: string): Set<string> {
  return new Set(text.toLowerCase().split(/\s+/).filter(Boolean));
}

function jaccard(a: Set<string>, b: Set<string>): number {
  const union = new Set([...a, ...b]).size;
  if (union === 0) return 1;
  return [...a].filter(word => b.has(word)).length / union;
}
