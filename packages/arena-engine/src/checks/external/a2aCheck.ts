import { z } from 'zod/v4';
import { CheckDefinition, CheckInput, constant } from '../Check';
import { CheckParams } from '../CheckParams';
import { failedToAsk } from '../judge/askJudge';
import { readJudgement, REPLY_FORMAT } from '../judge/judgement';
import { A2aEvaluator } from './A2aEvaluator';
import { expandSecrets } from './expandSecrets';
import { readTimeoutMs, timeoutParam } from './timeout';

const DEFAULT_TIMEOUT_MS = 60_000;

const params = z.strictObject({
  agent_url: z
    .url({ protocol: /^https?$/, error: 'Must be an http:// or https:// URL' })
    .describe('Address of the agent that takes JSON-RPC.'),
  auth_token: z
    .string()
    .optional()
    .describe('Bearer token; `${NAME}` is replaced by the secret NAME.'),
  timeout: timeoutParam('60s'),
  criteria: z.string().optional().describe('What to judge by.'),
});

export type A2aCheckOptions = Pick<
  CheckDefinition,
  'type' | 'summary' | 'reads'
> & {
  /** What the agent is to judge. */
  subject(input: CheckInput): string;
};

/** A check whose score an A2A agent gives. */
export function a2aCheck(options: A2aCheckOptions): CheckDefinition {
  const { type, summary, reads } = options;
  return {
    type,
    summary,
    reads,
    asks: true,
    scoring: 'The score that the agent gives, read as that of a judge.',
    quirks: [
      'unclearJudgementScores',
      'scoresClamped',
      'failingJudgeFailsCheck',
    ],
    example: {
      agent_url: 'https://critic.example.com/a2a',
      auth_token: '${CRITIC_TOKEN}',
      criteria: 'Names the refund period',
      min_score: 0.8,
    },
    params,
    prepare(given, { quirks }) {
      const evaluator = openEvaluator(given);
      if (typeof evaluator === 'string') {
        return constant({ score: 0, explanation: evaluator });
      }
      const criteria = given.string('criteria');
      return async input => {
        await input.beforeCall();
        try {
          const token = given.string('auth_token');
          const answer = await evaluator.ask(
            [
              'Assess what follows.',
              REPLY_FORMAT,
              ...(criteria ? [`<criteria>\n${criteria}\n</criteria>`] : []),
              options.subject(input),
            ].join('\n\n'),
            {
              ...(token ? { token: expandSecrets(token, input.secret) } : {}),
              signal: input.signal,
              connections: input.connections,
            },
          );
          return readJudgement(answer, quirks);
        } catch (error) {
          return failedToAsk('The agent', error, input, quirks);
        }
      };
    },
  };
}

function openEvaluator(given: CheckParams): A2aEvaluator | string {
  const url = given.string('agent_url') ?? '';
  if (url === '') return 'agent_url is not given';
  try {
    return new A2aEvaluator(url, readTimeoutMs(given, DEFAULT_TIMEOUT_MS));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
