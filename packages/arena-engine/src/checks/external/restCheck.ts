import { z } from 'zod/v4';
import { CheckDefinition, CheckInput, constant } from '../Check';
import { CheckParams } from '../CheckParams';
import { failedToAsk } from '../judge/askJudge';
import { readJudgement } from '../judge/judgement';
import { messagesBody, toolCallsBody } from './conversationBody';
import { expandSecrets } from './expandSecrets';
import { JsonEndpoint } from './JsonEndpoint';
import { readTimeoutMs, timeoutParam } from './timeout';

const DEFAULT_TIMEOUT_MS = 30_000;
const METHODS = ['POST', 'PUT', 'PATCH'] as const;

const params = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'Must be an http:// or https:// URL' })
    .describe('Address of the evaluator.'),
  method: z.enum(METHODS).default('POST').describe('HTTP method.'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Headers to send; `${NAME}` is replaced by the secret NAME.'),
  timeout: timeoutParam('30s'),
  include_messages: z
    .boolean()
    .default(true)
    .describe('Send the conversation as `messages`.'),
  include_tool_calls: z
    .boolean()
    .default(false)
    .describe('Send the tool calls with their results as `tool_calls`.'),
  criteria: z.string().optional().describe('Sent as `criteria`.'),
  extra: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Sent as `extra`.'),
});

export type RestCheckOptions = Pick<
  CheckDefinition,
  'type' | 'summary' | 'reads'
> & {
  /** What is sent beside what the parameters ask for. */
  subject(input: CheckInput): Record<string, unknown>;
};

/** A check whose score an HTTP service gives. */
export function restCheck(options: RestCheckOptions): CheckDefinition {
  const { type, summary, reads } = options;
  return {
    type,
    summary,
    reads,
    asks: true,
    scoring:
      'The `score` of the JSON object that the service answers with; `reasoning` becomes the explanation.',
    quirks: [
      'unclearJudgementScores',
      'scoresClamped',
      'failingJudgeFailsCheck',
    ],
    example: {
      url: 'https://evaluator.example.com/score',
      headers: { Authorization: 'Bearer ${EVALUATOR_TOKEN}' },
      criteria: 'Names the refund period',
      min_score: 0.8,
    },
    params,
    prepare(given, { quirks }) {
      const endpoint = openEndpoint(given);
      if (typeof endpoint === 'string') {
        return constant({ score: 0, explanation: endpoint });
      }
      return async input => {
        await input.beforeCall();
        try {
          const answer = await endpoint.send({
            headers: readHeaders(given, input),
            body: {
              ...options.subject(input),
              ...describe(input, given),
            },
            signal: input.signal,
            connections: input.connections,
          });
          return readJudgement(answer, quirks);
        } catch (error) {
          return failedToAsk('The evaluator', error, input, quirks);
        }
      };
    },
  };
}

function openEndpoint(given: CheckParams): JsonEndpoint | string {
  const url = given.string('url') ?? '';
  if (url === '') return 'url is not given';
  const wanted = given.string('method')?.toUpperCase();
  try {
    return new JsonEndpoint(url, {
      timeoutMs: readTimeoutMs(given, DEFAULT_TIMEOUT_MS),
      method: METHODS.find(method => method === wanted) ?? 'POST',
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readHeaders(given: CheckParams, input: CheckInput) {
  return Object.fromEntries(
    Object.entries(given.map('headers') ?? {}).map(([name, value]) => [
      name,
      expandSecrets(String(value), input.secret),
    ]),
  );
}

function describe(input: CheckInput, given: CheckParams) {
  return {
    ...(given.boolean('include_messages') ?? true
      ? { messages: messagesBody(input.messages) }
      : {}),
    ...(given.boolean('include_tool_calls')
      ? { tool_calls: toolCallsBody(input.toolCalls) }
      : {}),
    ...(given.has('criteria') ? { criteria: given.raw('criteria') } : {}),
    ...(given.has('extra') ? { extra: given.raw('extra') } : {}),
  };
}
