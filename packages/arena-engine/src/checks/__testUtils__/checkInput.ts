import {
  ConversationMessage,
  ToolCallRecord,
} from '../../conversation/messages';
import { ConnectionSet } from '../../providers/http/ConnectionSet';
import { COMPATIBLE, STRICT } from '../../quirks/quirks';
import { CheckInput, CheckOutcome, JudgeRequest } from '../Check';
import { compileCheck } from '../CompiledCheck';

/** What a check may look at: nothing, but for the values given. */
export function checkInput(values: Partial<CheckInput> = {}): CheckInput {
  return {
    messages: [],
    output: '',
    toolCalls: [],
    firings: [],
    prior: new Map(),
    totals: { inputTokens: 0, outputTokens: 0, cost: 0 },
    callTool: async name => {
      const error = `tool ${name} not found`;
      return { text: error, compact: error, error };
    },
    signal: new AbortController().signal,
    beforeCall: async () => {},
    secret: () => undefined,
    connections: new ConnectionSet(),
    ...values,
  };
}

/** A conversation in which the assistant said these, each after an empty user message. */
export function said(...replies: string[]): CheckInput {
  return checkInput({
    messages: replies.flatMap((content, turn): ConversationMessage[] => [
      { role: 'user', content: '', turn },
      { role: 'assistant', content, turn },
    ]),
    output: replies[replies.length - 1] ?? '',
  });
}

export function call(
  name: string,
  args: Record<string, unknown> = {},
  more: Partial<ToolCallRecord> = {},
): ToolCallRecord {
  return {
    id: `call_${name}`,
    name,
    arguments: args,
    result: '',
    turn: 0,
    message: 0,
    ...more,
  };
}

export function called(...toolCalls: ToolCallRecord[]): CheckInput {
  return checkInput({ toolCalls });
}

/** A judge that always answers the same, with what it was asked. */
export function scriptedJudge(answer: string | Error) {
  const asked: JudgeRequest[] = [];
  const judge = async (request: JudgeRequest) => {
    asked.push(request);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, judge };
}

export type Mode = 'compatible' | 'strict';

export async function run(
  mode: Mode,
  type: string,
  params: Record<string, unknown>,
  input: CheckInput,
): Promise<CheckOutcome> {
  const quirks = mode === 'strict' ? STRICT : COMPATIBLE;
  return compileCheck({ type, params }, { quirks }).run(input);
}

/** A score; `invalid`: the check itself is wrong; `none`: no score; `skipped`. */
export type Expected = number | 'invalid' | 'none' | 'skipped';

export function inBrief(outcome: CheckOutcome): Expected {
  if (outcome.invalid) return 'invalid';
  if (outcome.skipped) return 'skipped';
  return outcome.score === undefined ? 'none' : round(outcome.score);
}

function round(score: number): number {
  return Number(score.toFixed(6));
}

export type CheckCase = [
  type: string,
  params: Record<string, unknown>,
  input: CheckInput,
  strict: Expected,
  /** Where it differs. */
  compatible?: Expected,
];

/** What comes of a case in each mode. */
export async function outcomesOf([type, params, input]: CheckCase): Promise<
  Record<Mode, Expected>
> {
  const outcome = async (mode: Mode) => {
    const result = await run(mode, type, params, input);
    if (result.explanation === '') throw new Error(`${type} does not say why`);
    return inBrief(result);
  };
  return {
    strict: await outcome('strict'),
    compatible: await outcome('compatible'),
  };
}

/** What a case expects of each mode. */
export function expectedOf([, , , strict, compatible = strict]: CheckCase) {
  const rounded = (value: Expected) =>
    typeof value === 'number' ? round(value) : value;
  return { strict: rounded(strict), compatible: rounded(compatible) };
}
