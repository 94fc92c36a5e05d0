import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from './Check';

/** A guardrail fired on the last reply, or did not. */
export const guardrailTriggered: CheckDefinition = {
  type: 'guardrail_triggered',
  params: z
    .strictObject({
      validator: z.string().optional(),
      validator_type: z.string().optional(),
      should_trigger: z.boolean().optional(),
      direction: z.enum(['input', 'output', 'both']).optional(),
    })
    .refine(value => value.validator ?? value.validator_type, {
      error: 'validator is required',
    }),
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
