import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { requireOneOf } from '../schemas';

export const guardrailTriggered: CheckDefinition = {
  type: 'guardrail_triggered',
  summary:
    'The guardrail fired on the last reply, or did not when `should_trigger` is false.',
  reads: 'guardrails that fired on the last reply',
  scoring: '1 or 0.',
  quirks: ['partialReplyGuarded'],
  example: { validator: 'banned_words', should_trigger: true },
  params: requireOneOf(
    z.strictObject({
      validator: z
        .string()
        .optional()
        .describe(
          'Type of the guardrail as the prompt spells it, or the id of an earlier check of the turn (`assertion_0_contains`).',
        ),
      validator_type: z.string().optional().describe('Same as `validator`.'),
      should_trigger: z
        .boolean()
        .default(true)
        .describe('False: it must not have fired.'),
      direction: z
        .enum(['input', 'output', 'both'])
        .default('both')
        .describe('Which of its firings count.'),
    }),
    'validator',
    'validator_type',
  ),
  prepare(params) {
    const name =
      params.string('validator_type') ?? params.string('validator') ?? '';
    if (name === '') {
      return constant({ score: 0, explanation: 'validator is not given' });
    }
    const expected = params.boolean('should_trigger') ?? true;
    const direction = params.string('direction') ?? 'both';
    return ({ firings, prior }) => {
      const fired =
        firings.some(
          firing =>
            firing.type === name &&
            (direction === 'both' || direction === firing.direction),
        ) ||
        // An earlier check of the turn counts as one that fired when its score was not full.
        (prior.has(name) && (prior.get(name) ?? 1) < 1);
      return verdict(
        fired === expected,
        fired
          ? `The guardrail ${name} fired`
          : `The guardrail ${name} did not fire`,
      );
    };
  },
};
