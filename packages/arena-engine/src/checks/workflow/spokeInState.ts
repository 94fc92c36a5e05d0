import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';

export const spokeInState: CheckDefinition = {
  type: 'spoke_in_state',
  summary:
    'The assistant said something in the state. A state that only called tools did not speak.',
  reads: 'workflow',
  scoring: '1 or 0.',
  example: { state: 'checkout' },
  params: z.strictObject({ state: z.string().describe('Name of the state.') }),
  prepare(params) {
    const state = params.string('state') ?? '';
    if (state === '') {
      return constant({ score: 0, explanation: 'state is not given' });
    }
    return ({ messages }) => {
      const spoke = messages.some(
        message =>
          message.role === 'assistant' &&
          message.state?.state === state &&
          message.content.trim() !== '',
      );
      return verdict(
        spoke,
        spoke
          ? `The assistant spoke in state ${state}`
          : `The assistant said nothing in state ${state}`,
      );
    };
  },
};
