import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { matchedSteps } from '../matchedSteps';
import { texts } from '../schemas';
import { inWorkflow } from './inWorkflow';

export const workflowTransitionOrder: CheckDefinition = {
  type: 'workflow_transition_order',
  summary:
    'The states were entered in this order; others may stand in between.',
  reads: 'workflow',
  scoring: 'Share of the sequence that was followed.',
  example: { sequence: ['cart', 'checkout'] },
  params: z.strictObject({
    sequence: texts().describe(
      'Names of states, in order. The first state of the workflow is not entered by a transition.',
    ),
  }),
  prepare(params) {
    const sequence = params.strings('sequence');
    if (sequence.length === 0) {
      return constant({ score: 0, explanation: 'sequence is not given' });
    }
    return inWorkflow(({ transitions }) => {
      const entered = transitions.map(({ to }) => to);
      const steps = matchedSteps(entered, sequence);
      return {
        score: steps / sequence.length,
        explanation:
          steps === sequence.length
            ? `The states follow ${sequence.join(' → ')}`
            : `${sequence[steps]} was not entered in its turn; entered were ${
                entered.join(' → ') || 'none'
              }`,
      };
    });
  },
};
