import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { quoted } from '../contains';

const agents = z.array(z.string()).min(1);

const agentInvoked: CheckDefinition = {
  type: 'agent_invoked',
  params: z.strictObject({ agents }),
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

const agentNotInvoked: CheckDefinition = {
  type: 'agent_not_invoked',
  params: z.strictObject({ agents }),
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

const agentResponseContains: CheckDefinition = {
  type: 'agent_response_contains',
  params: z.strictObject({ agent: z.string(), contains: z.string() }),
  prepare(params) {
    const agent = params.string('agent') ?? '';
    const text = params.string('contains') ?? '';
    if (agent === '')
      return constant({ score: 0, explanation: 'agent is not given' });
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

export const agentChecks = [
  agentInvoked,
  agentNotInvoked,
  agentResponseContains,
];
