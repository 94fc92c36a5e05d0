import { z } from 'zod/v4';
import { compilePattern } from '../../text/regex';
import { CheckDefinition, constant, verdict } from '../Check';
import { pattern } from '../schemas';

export const regex: CheckDefinition = {
  type: 'regex',
  aliases: ['content_matches'],
  summary:
    'The pattern occurs anywhere in the reply, or must not when `expect_match` is false.',
  reads: 'last reply',
  scoring: '1 or 0.',
  example: { pattern: '(?i)order #\\d{6}' },
  params: z.strictObject({
    pattern: pattern().describe(
      'Flags stand in front, as in `(?i)`. There is no look-around and there are no back-references.',
    ),
    expect_match: z
      .boolean()
      .default(true)
      .describe('False: the pattern must not occur.'),
  }),
  prepare(params) {
    const source = params.string('pattern') ?? '';
    if (source === '') {
      return constant({ score: 0, explanation: 'No pattern is given' });
    }
    const compiled = compilePattern(source);
    if (typeof compiled === 'string') {
      return constant({ score: 0, explanation: compiled });
    }
    const expected = params.boolean('expect_match') ?? true;
    return ({ output }) => {
      const found = compiled.test(output);
      return verdict(
        found === expected,
        found
          ? `The reply matches ${source}`
          : `The reply does not match ${source}`,
      );
    };
  },
};
