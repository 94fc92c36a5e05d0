import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { texts } from '../schemas';
import { countCalls } from '../tools/countCalls';
import { activatedSkills } from './activations';

export const skillActivated: CheckDefinition = {
  type: 'skill_activated',
  summary: 'Every skill was activated with success.',
  reads: 'skill activations so far',
  scoring: 'Share of the skills that were activated often enough.',
  quirks: ['callIdsRepeat'],
  example: { skill_names: ['refund-policy'] },
  params: z.strictObject({
    skill_names: texts().describe('Names of skills.'),
    min_calls: z
      .int()
      .min(0)
      .default(1)
      .describe('Fewest activations of each skill; 0 means 1.'),
  }),
  prepare(params) {
    const wanted = params.strings('skill_names');
    if (wanted.length === 0) {
      return constant({ score: 0, explanation: 'No skill names are given' });
    }
    const min = params.limit('min_calls') ?? 1;
    return input =>
      countCalls(
        activatedSkills(input).map(name => ({ name })),
        wanted,
        { min },
      );
  },
};
