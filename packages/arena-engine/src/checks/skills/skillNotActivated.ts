import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { texts } from '../schemas';
import { activatedSkills } from './activations';

export const skillNotActivated: CheckDefinition = {
  type: 'skill_not_activated',
  summary: 'None of the skills was activated.',
  reads: 'skill activations so far',
  scoring: '1 or 0.',
  quirks: ['callIdsRepeat'],
  example: { skill_names: ['legal-advice'] },
  params: z.strictObject({
    skill_names: texts().describe('Names of skills.'),
  }),
  prepare(params) {
    const banned = params.strings('skill_names');
    return input => {
      const hit = activatedSkills(input).find(name => banned.includes(name));
      return verdict(
        hit === undefined,
        hit === undefined ? 'None was activated' : `${hit} was activated`,
      );
    };
  },
};
