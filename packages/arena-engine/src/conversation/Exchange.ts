import type { Composition } from '../compositions/Composition';
import { CompositionFault } from '../compositions/CompositionFault';
import { playComposition } from '../compositions/playComposition';
import { ChatReply } from '../providers/ChatProvider';
import { substituteOnce } from '../templates/placeholders';
import { ToolOutcome } from '../tools/Tool';
import { Conversation } from './Conversation';
import { Guardrails } from './Guardrails';
import { ConversationMessage, ToolCall } from './messages';
import { PreparedTurn } from './PreparedScenario';
import { toToolMessage, toUserMessage, UserInput } from './toMessages';
import { ToolLoop } from './ToolLoop';
import { TurnLimits } from './TurnLimits';

/** A tool that failed so often in a turn is not offered again in it. */
const MAX_TOOL_ERRORS = 2;

/** One user message and everything up to the reply that ends the turn. */
export class Exchange {
  private readonly streaming: boolean;
  private readonly loop: ToolLoop;
  private readonly limits: TurnLimits;
  /** Absent until there is one. */
  private toolErrors?: Map<string, number>;
  /** In the original the guardrails of the state that the turn began in stay in force to its end. */
  private readonly firstGuardrails: Guardrails;
  /** Whether transitions of the workflow take effect within the turn. */
  private readonly handsOver: boolean;

  constructor(
    private readonly conversation: Conversation,
    turn: PreparedTurn,
    private readonly index: number,
  ) {
    const { options, agent } = conversation;
    const { quirks, scenario } = options;
    this.streaming = conversation.isStreaming(turn);
    this.firstGuardrails = agent.guardrails;
    const isBare = this.streaming && this.firstGuardrails.isEmpty;
    this.handsOver = !isBare || !quirks.streamedHandOffNeedsGuardrails;
    this.limits = new TurnLimits(scenario.entry.spec.tool_policy, quirks);
    this.loop = new ToolLoop({
      call: (call, signal) =>
        agent.call(call.name, call.arguments, {
          signal,
          conversation: options.id,
        }),
      policy: scenario.entry.spec.tool_policy,
      turn: turn.spec,
      injects: !isBare || !quirks.injectionsNeedGuardrails,
      place: quirks.movesCountAsRepeats
        ? undefined
        : () => String(conversation.workflow?.view.transitions.length ?? 0),
      random: options.random,
    });
  }

  /**
   * @returns Why there is no reply, when a composition failed and the run overlooks that.
   * @throws BundleFault, LimitReached or ProviderError; the messages so far stay in the conversation.
   */
  async play(input: UserInput): Promise<string | undefined> {
    const { conversation, index } = this;
    const { quirks } = conversation.options;
    const composition = conversation.workflow?.composition;
    if (composition) return this.playSteps(composition, input);
    this.firstGuardrails.assertUsable();
    if (quirks.repliesAreTemplates) this.substituteHistory();
    conversation.messages.push(toUserMessage(input, index));
    await this.answer(input);
    return undefined;
  }

  /** Lets a composition answer in place of the model. */
  private async playSteps(
    composition: Composition,
    input: UserInput,
  ): Promise<string | undefined> {
    const { conversation, index } = this;
    const { quirks } = conversation.options;
    if (!quirks.compositionInputDropped) {
      conversation.messages.push(toUserMessage(input, index));
    }
    try {
      const { reply, view } = await playComposition(input.text, {
        conversation,
        composition,
        loop: this.loop,
        turn: index,
        maxRounds: this.limits.maxRounds,
        maxCost: this.limits.maxCost,
      });
      conversation.composition = view;
      conversation.messages.push({ ...reply, turn: index, ...this.stamp() });
      return undefined;
    } catch (error) {
      const isOverlooked =
        quirks.failedCompositionsPass && error instanceof CompositionFault;
      if (!isOverlooked) throw error;
      return error.message;
    }
  }

  /** Gives the model what there is by now, and plays to the reply that ends the turn. */
  private async answer(input: UserInput): Promise<void> {
    const { conversation, index } = this;
    const { quirks } = conversation.options;
    const baseTurn = this.baseTurn();
    const sent = await conversation.fitting();
    if (quirks.trimmedForGood) conversation.messages = sent;
    const blocked = this.firstGuardrails.isEmpty
      ? undefined
      : await this.firstGuardrails.judgeInput(
          input.text,
          index,
          conversation.options,
        );
    if (blocked) {
      conversation.messages.push({
        role: 'assistant',
        content: blocked.text,
        turn: index,
        firings: blocked.firings,
        finishReason: 'safety',
        latencyMs: 0,
        ...this.stamp(),
      });
      return;
    }
    await this.playRounds(baseTurn, [...sent]);
  }

  /** @throws LimitReached when the model calls tools more often than the scenario allows. */
  private checkToolCalls(): void {
    const { conversation, index } = this;
    const ofTurn = conversation.messages.reduce(
      (sum, { turn, toolCalls }) =>
        turn === index ? sum + (toolCalls?.length ?? 0) : sum,
      0,
    );
    this.limits.checkToolCalls(ofTurn, conversation.toolCallCount);
  }

  /** Calls the model until it answers without a tool call. */
  private async playRounds(
    baseTurn: number,
    sent: ConversationMessage[],
  ): Promise<void> {
    const { conversation, limits } = this;
    const push = (message: ConversationMessage) => {
      conversation.messages.push(message);
      sent.push(message);
    };
    for (let round = 1; ; round++) {
      const reply = await this.callModel(sent, baseTurn);
      reply.steps?.forEach(step => push({ ...step, turn: this.index }));
      const message = this.guardrails.isEmpty
        ? this.toMessage(reply)
        : await this.guard(this.toMessage(reply));
      push(message);
      // An agent with a loop of its own has made its calls by now.
      if (reply.steps) this.checkToolCalls();
      limits.checkCost(conversation.totals.cost);
      const { toolCalls = [] } = message;
      if (toolCalls.length === 0) {
        if (reply.steps) this.moveOn();
        return;
      }
      limits.checkRounds(round);
      this.checkToolCalls();
      const outcomes = await this.callTools(toolCalls);
      outcomes.forEach((outcome, position) =>
        push(toToolMessage(toolCalls[position], outcome, this.index)),
      );
      if (this.moveOn() === 'away') return;
    }
  }

  private callModel(
    messages: readonly ConversationMessage[],
    baseTurn: number,
  ): Promise<ChatReply> {
    const { conversation, streaming } = this;
    const { options, agent } = conversation;
    const { scenario, quirks } = options;
    const toolChoice = scenario.entry.spec.tool_policy?.tool_choice ?? 'auto';
    const tools =
      toolChoice === 'none'
        ? []
        : agent.tools
            .filter(
              ({ descriptor: { name } }) =>
                (this.toolErrors?.get(name) ?? 0) < MAX_TOOL_ERRORS,
            )
            .map(({ descriptor }) => descriptor);
    const watch =
      streaming && !quirks.partialReplyGuarded
        ? this.guardrails.watch()
        : undefined;
    return conversation.call({
      system: agent.system,
      messages,
      tools,
      toolChoice,
      sampling: options.sampling(agent.sampling),
      stream: streaming,
      script: { scenarioId: scenario.entry.id, baseTurn },
      callTool: call => this.loop.call(call, options.signal),
      ...(watch ? { watch } : {}),
    });
  }

  /** Runs the calls of one reply at the same time; the outcomes keep the order of the calls. */
  private async callTools(calls: readonly ToolCall[]): Promise<ToolOutcome[]> {
    const { signal } = this.conversation.options;
    const settled = await Promise.allSettled(
      calls.map(call => this.loop.call(call, signal)),
    );
    return settled.map((result, position) => {
      if (result.status === 'rejected') throw result.reason;
      if (result.value.error !== undefined) {
        const { name } = calls[position];
        this.toolErrors ??= new Map();
        this.toolErrors.set(name, (this.toolErrors.get(name) ?? 0) + 1);
      }
      return result.value;
    });
  }

  /** Lets the workflow carry out what the model asked for in this round. */
  private moveOn(): 'stayed' | 'moved' | 'away' {
    const { conversation, index } = this;
    const { workflow, messages } = conversation;
    if (!workflow || !this.handsOver) return 'stayed';
    const moved = workflow.commit({ turn: index, messages: messages.length });
    if (moved === 'moved') conversation.agent.takeOver();
    return moved;
  }

  private toMessage(reply: ChatReply): ConversationMessage {
    // Field by field: to leave one out copies the others the slow way, once for each reply.
    const message = {
      role: 'assistant' as const,
      content: reply.content,
      turn: this.index,
      parts: reply.parts,
      toolCalls: reply.toolCalls.length > 0 ? reply.toolCalls : undefined,
      reasoning: reply.reasoning,
      latencyMs: reply.latencyMs,
      ttftMs: reply.ttftMs,
      inputTokens: reply.inputTokens,
      outputTokens: reply.outputTokens,
      cachedTokens: reply.cachedTokens,
      cost: reply.cost,
      finishReason: reply.finishReason,
    } satisfies Record<Exclude<keyof ChatReply, 'steps'>, unknown> &
      ConversationMessage;
    return { ...message, ...this.stamp() };
  }

  /** Lets the guardrails judge a reply. One that fires takes its tool calls away. */
  private async guard(
    message: ConversationMessage,
  ): Promise<ConversationMessage> {
    const { text, firings } = await this.guardrails.judgeOutput(
      message.content,
      this.index,
      this.conversation.options,
    );
    if (firings.length === 0) return message;
    return {
      ...message,
      content: text,
      parts: undefined,
      firings,
      toolCalls: undefined,
      finishReason: 'safety',
    };
  }

  private get guardrails(): Guardrails {
    const { agent, options } = this.conversation;
    return options.quirks.firstGuardrailsStay
      ? this.firstGuardrails
      : agent.guardrails;
  }

  private stamp(): Pick<ConversationMessage, 'state'> {
    const { workflow } = this.conversation;
    return workflow && this.handsOver ? { state: workflow.stamp() } : {};
  }

  /** The number that the mock provider's script starts this turn with. */
  private baseTurn(): number {
    let users = 0;
    let replies = 0;
    for (const { role } of this.conversation.messages) {
      if (role === 'user') users += 1;
      else if (role === 'assistant') replies += 1;
    }
    return this.streaming && replies > 0 ? replies + 1 : users;
  }

  /** Replies are templates once they are history, and stay changed. */
  private substituteHistory(): void {
    const { messages, agent } = this.conversation;
    for (const message of messages) {
      if (message.role === 'assistant') {
        message.content = substituteOnce(message.content, agent.variables);
      }
    }
  }
}
