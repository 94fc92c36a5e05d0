import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { texts } from '../schemas';

export const agentNotInvoked: CheckDefinition = {
  type: 'agent_not_invoked',
  summary: 'None of the agents was called.',
  reads: 'agent calls so far',
  scoring: '1 or 0.',
  example: { agents: ['a2a__billing__charge'] },
  params: z.strictObject({
    agents: texts().describe('Names of the tools that stand for the agents.'),
  }),
  prepare(params) {
    const banned = params.strings('agents');
    return ({ toolCalls }) => {
      const called = toolCalls.find(({ name }) => banned.includes(name));
      return verdict(
        !called,
        called ? `${called.name} was called` : 'None was called',
      );
    };
  },
};
