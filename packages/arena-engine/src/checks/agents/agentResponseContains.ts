import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';

export const agentResponseContains: CheckDefinition = {
  type: 'agent_response_contains',
  summary: 'Some answer of the agent contains the text, in this letter case.',
  reads: 'agent calls so far',
  scoring: '1 or 0.',
  quirks: ['callIdsRepeat'],
  example: { agent: 'a2a__weather__forecast', contains: 'Rain' },
  params: z.strictObject({
    agent: z.string().describe('Name of the tool that stands for the agent.'),
    contains: z.string().describe('Text to look for.'),
  }),
  prepare(params) {
    const agent = params.string('agent') ?? '';
    const text = params.string('contains') ?? '';
    if (agent === '') {
      return constant({ score: 0, explanation: 'agent is not given' });
    }
    return ({ toolCalls }) => {
      const found = toolCalls.some(
        ({ name, result }) => name === agent && result.includes(text),
      );
      return verdict(
        found,
        `${found ? 'An' : 'No'} answer of ${agent} contains ${JSON.stringify(
          text,
        )}`,
      );
    };
  },
};
