import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { quoted } from '../quoted';
import { texts } from '../schemas';

export const agentInvoked: CheckDefinition = {
  type: 'agent_invoked',
  summary: 'Every agent was called.',
  reads: 'agent calls so far',
  scoring: 'Share of the agents that were called.',
  example: { agents: ['a2a__weather__forecast'] },
  params: z.strictObject({
    agents: texts().describe('Names of the tools that stand for the agents.'),
  }),
  prepare(params) {
    const wanted = params.strings('agents');
    if (wanted.length === 0) {
      return constant({ score: 0, explanation: 'No agents are given' });
    }
    return ({ toolCalls }) => {
      const called = new Set(toolCalls.map(({ name }) => name));
      const missing = wanted.filter(name => !called.has(name));
      return {
        score: (wanted.length - missing.length) / wanted.length,
        explanation:
          missing.length === 0
            ? 'All agents were called'
            : `Not called: ${quoted(missing)}`,
      };
    };
  },
};
