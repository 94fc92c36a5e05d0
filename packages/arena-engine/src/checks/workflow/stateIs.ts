import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { inWorkflow } from './inWorkflow';

export const stateIs: CheckDefinition = {
  type: 'state_is',
  summary: 'The workflow is in the state.',
  reads: 'workflow',
  scoring: '1 or 0.',
  example: { state: 'checkout' },
  params: z.strictObject({ state: z.string().describe('Name of the state.') }),
  prepare(params) {
    const state = params.string('state') ?? '';
    if (state === '') {
      return constant({ score: 0, explanation: 'state is not given' });
    }
    return inWorkflow(({ current }) =>
      verdict(current === state, `The workflow is in state ${current}`),
    );
  },
};
