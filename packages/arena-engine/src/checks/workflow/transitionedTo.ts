import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { inWorkflow } from './inWorkflow';

export const transitionedTo: CheckDefinition = {
  type: 'transitioned_to',
  summary: 'Some transition led to the state.',
  reads: 'workflow',
  scoring: '1 or 0.',
  example: { state: 'checkout' },
  params: z.strictObject({ state: z.string().describe('Name of the state.') }),
  prepare(params) {
    const state = params.string('state') ?? '';
    if (state === '') {
      return constant({ score: 0, explanation: 'state is not given' });
    }
    return inWorkflow(({ transitions }) => {
      const entered = transitions.map(({ to }) => to);
      return verdict(
        entered.includes(state),
        entered.length === 0
          ? 'There was no transition'
          : `States entered: ${entered.join(' → ')}`,
      );
    });
  },
};
