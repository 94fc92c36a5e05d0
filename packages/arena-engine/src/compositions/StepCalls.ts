import { LeafSpec } from '../bundle/schemas/composition';
import { isTextTooDeep } from '../text/jsonDepth';
import type { Conversation } from '../conversation/Conversation';
import { ItemStopped, LimitReached } from '../conversation/errors';
import { ConversationMessage, Firing } from '../conversation/messages';
import { PreparedPrompt } from '../conversation/PreparedPrompt';
import { toToolMessage } from '../conversation/toMessages';
import type { ToolLoop } from '../conversation/ToolLoop';
import { ChatReply } from '../providers/ChatProvider';
import { Tool } from '../tools/Tool';
import { Composition } from './Composition';
import { CompositionFault } from './CompositionFault';
import { Scope, textOf } from './Scope';

const USER_TEXT = '${input}';

export interface StepCallsOptions {
  conversation: Conversation;
  composition: Composition;
  loop: ToolLoop;
  /** Zero-based user turn. */
  turn: number;
  /** Rounds of an agent that does not say when it ends. */
  maxRounds: number;
  maxCost: number;
}

/** Calls models and tools for the steps of one composition run, and sums up what they used. */
export class StepCalls {
  readonly use = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cost: 0 };
  /** Guardrails of the prompts that fired in steps. */
  readonly firings: Firing[] = [];

  constructor(private readonly options: StepCallsOptions) {}

  /** @throws CompositionFault when the step cannot be carried out, and ProviderError when there is no reply. */
  readonly run = async (step: LeafSpec, scope: Scope): Promise<unknown> =>
    step.kind === 'tool'
      ? this.callTool(step, scope)
      : this.typed(step, await this.converse(step, scope));

  private async callTool(step: LeafSpec, scope: Scope): Promise<unknown> {
    const { conversation, loop } = this.options;
    const outcome = await loop.execute(
      {
        id: step.id,
        name: demanded(step.tool, 'tool'),
        arguments: Object.fromEntries(
          Object.entries(step.args ?? {}).map(([name, value]) => [
            name,
            scope.resolve(value),
          ]),
        ),
      },
      conversation.options.signal,
    );
    if (outcome.error !== undefined) throw new CompositionFault(outcome.error);
    const json = parsed(outcome.compact);
    return json ? json.value : outcome.compact;
  }

  /** Asks the prompt of a step, which calls its tools until it has an answer. */
  private async converse(step: LeafSpec, scope: Scope): Promise<string> {
    const { turn, maxRounds } = this.options;
    const prompt = this.promptOf(step);
    const text = textOf(scope.resolve(step.input ?? USER_TEXT));
    prompt.guardrails.assertUsable();
    const blocked = await prompt.guardrails.judgeInput(
      text,
      turn,
      this.options.conversation.options,
    );
    if (blocked) {
      this.firings.push(...blocked.firings);
      return blocked.text;
    }
    const tools =
      step.kind === 'agent'
        ? this.options.conversation.agent.toolsNamed(step.tools ?? [])
        : [];
    const { max_steps: maxSteps, tool_called: lastTool } =
      step.termination ?? {};
    const messages: ConversationMessage[] = [
      { role: 'user', content: text, turn },
    ];
    for (let round = 1; ; round++) {
      const reply = await this.chat(step, prompt, messages, tools);
      const { toolCalls } = reply;
      if (toolCalls.length === 0) return reply.content;
      messages.push({ role: 'assistant', turn, ...reply });
      messages.push(...(await this.answer(reply)));
      const isOver =
        (maxSteps && round >= maxSteps) ||
        toolCalls.some(({ name }) => name === lastTool);
      if (isOver) return reply.content;
      if (round >= maxRounds) {
        throw new CompositionFault(
          `the model still calls tools after ${maxRounds} rounds`,
        );
      }
    }
  }

  private async chat(
    step: LeafSpec,
    prompt: PreparedPrompt,
    messages: readonly ConversationMessage[],
    tools: readonly Tool[],
  ): Promise<ChatReply> {
    const { conversation, composition, loop, turn, maxCost } = this.options;
    const { options } = conversation;
    const form = composition.form(step);
    const reply = await conversation.call({
      system: prompt.render(conversation.agent.variablesFor(prompt)),
      messages,
      tools: tools.map(({ descriptor }) => descriptor),
      toolChoice: 'auto',
      ...(typeof form === 'object'
        ? {
            responseFormat: {
              type: 'json_schema',
              name: step.id,
              schema: form.schema,
            },
          }
        : {}),
      sampling: options.sampling(prompt.sampling),
      stream: false,
      script: {
        scenarioId: options.scenario.entry.id,
        baseTurn: 1,
        // Calls of an agent are many, and a step has one scripted answer.
        ...(tools.length === 0 ? { step: step.id } : {}),
      },
      callTool: call => loop.call(call, options.signal),
    });
    this.use.inputTokens += reply.inputTokens;
    this.use.outputTokens += reply.outputTokens;
    this.use.cachedTokens += reply.cachedTokens;
    this.use.cost += reply.cost;
    if (conversation.totals.cost > maxCost) {
      throw new LimitReached(
        `the cost of ${conversation.totals.cost} USD exceeds max_cost_usd ${maxCost}`,
      );
    }
    if (prompt.guardrails.isEmpty) return reply;
    const { text, firings } = await prompt.guardrails.judgeOutput(
      reply.content,
      turn,
      conversation.options,
    );
    if (firings.length === 0) return reply;
    this.firings.push(...firings);
    return { ...reply, content: text, toolCalls: [] };
  }

  private answer(reply: ChatReply): Promise<ConversationMessage[]> {
    const { conversation, loop, turn } = this.options;
    return Promise.all(
      reply.toolCalls.map(async call =>
        toToolMessage(
          call,
          await loop.call(call, conversation.options.signal),
          turn,
        ),
      ),
    );
  }

  private promptOf(step: LeafSpec): PreparedPrompt {
    const { prompts, scenario, region } = this.options.conversation.options;
    const task = demanded(step.prompt_task, 'prompt_task');
    const prompt = prompts.find(task);
    const missing = prompt
      ? prompt.missing(scenario.given(region))
      : 'there is none with this task_type';
    if (!prompt || missing !== undefined) {
      throw new CompositionFault(`prompt "${task}": ${missing}`);
    }
    return prompt;
  }

  /** Gives a reply the form that its step says. */
  private typed(step: LeafSpec, text: string): unknown {
    const { conversation, composition } = this.options;
    const isLenient = conversation.options.quirks.stepSchemasAreHints;
    const form = composition.form(step);
    if (form === undefined) return text;
    const json = parsed(text);
    if (isLenient) return json ? json.value : text;
    if (typeof form === 'string') throw new CompositionFault(form);
    if (!json) {
      throw new CompositionFault(
        `the reply is not JSON, as output_schema says: ${text.slice(0, 200)}`,
      );
    }
    const faults = form.validate(json.value);
    if (faults.length > 0) {
      throw new CompositionFault(
        `the reply does not fit output_schema: ${faults.join('; ')}`,
      );
    }
    return json.value;
  }
}

/** Whether another attempt at a step can end otherwise. */
export function mayRetryStep(error: unknown): boolean {
  return !(error instanceof ItemStopped || error instanceof LimitReached);
}

function parsed(text: string): { value: unknown } | undefined {
  if (isTextTooDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function demanded(value: string | undefined, field: string): string {
  if (value) return value;
  throw new CompositionFault(`the step needs ${field}`);
}
