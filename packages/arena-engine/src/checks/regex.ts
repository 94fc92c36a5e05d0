import { z } from 'zod/v4';
import { compilePattern } from '../text/regex';
import { CheckDefinition, constant, verdict } from './Check';

/** The pattern occurs in the last reply, or must not. */
export const regex: CheckDefinition = {
  type: 'regex',
  aliases: ['content_matches'],
  params: z.strictObject({
    pattern: z.string().min(1),
    expect_match: z.boolean().optional(),
  }),
  prepare(params) {
    const source = params.string('pattern') ?? '';
    if (source === '') {
      return constant({ score: 0, explanation: 'No pattern is given' });
    }
    const pattern = compilePattern(source);
    if (typeof pattern === 'string') {
      return constant({ score: 0, explanation: pattern });
    }
    const expected = params.boolean('expect_match') ?? true;
    return ({ output }) => {
      const found = pattern.test(output);
      return verdict(
        found === expected,
        found
          ? `The reply matches ${source}`
          : `The reply does not match ${source}`,
      );
    };
  },
};
