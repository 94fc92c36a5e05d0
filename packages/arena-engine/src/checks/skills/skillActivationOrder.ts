import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { matchedSteps } from '../matchedSteps';
import { activatedSkills } from './activations';

export const skillActivationOrder: CheckDefinition = {
  type: 'skill_activation_order',
  summary:
    'The skills were activated in this order; others may stand in between.',
  reads: 'skill activations so far',
  scoring: 'Share of the sequence that was followed; 1 when it is empty.',
  quirks: ['callIdsRepeat'],
  example: { sequence: ['refund-policy', 'refund-form'] },
  params: z.strictObject({
    sequence: z.array(z.string()).describe('Names of skills, in order.'),
  }),
  prepare(params) {
    const wanted = params.strings('sequence');
    if (wanted.length === 0) {
      return constant({ score: 1, explanation: 'The sequence is empty' });
    }
    return input => {
      const activated = activatedSkills(input);
      const steps = matchedSteps(activated, wanted);
      return {
        score: steps / wanted.length,
        explanation:
          steps === wanted.length
            ? `The skills follow ${wanted.join(' → ')}`
            : `${wanted[steps]} was not activated in its turn; activated were ${
                activated.join(' → ') || 'none'
              }`,
      };
    };
  },
};
