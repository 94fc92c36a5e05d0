import { CheckResult } from '@backstage-arena/plugin-arena-common';
import { CheckInput } from '../checks/Check';
import {
  ChatProvider,
  ChatReply,
  SamplingParams,
} from '../providers/ChatProvider';
import { substituteOnce, Variables } from '../templates/placeholders';
import { ToolBox } from '../tools/ToolBox';
import { fitContext } from './contextWindow';
import { BundleFault, LimitReached } from './errors';
import { ConversationMessage, Firing, toolCallRecords } from './messages';
import { PreparedScenario, PreparedTurn } from './PreparedScenario';
import { ToolLoop } from './ToolLoop';

const DEFAULT_MAX_ROUNDS = 50;
const DEFAULT_MAX_COST = 2;
const NO_FIRINGS: readonly Firing[] = [];

export interface ConversationOptions {
  scenario: PreparedScenario;
  provider: ChatProvider;
  toolBox: ToolBox;
  sampling: SamplingParams;
  region: string;
  variant: number;
  compat: boolean;
  signal: AbortSignal;
  beforeCall: () => Promise<void>;
  /** 0 to 1, repeatable for one item. */
  random: () => number;
}

/** A turn's checks, on the message that ended it. */
export interface TurnVerdict {
  turn: number;
  /** Index of the message. */
  message: number;
  results: CheckResult[];
}

/** One execution of a scenario: its messages grow turn by turn and stay readable when a turn fails. */
export class Conversation {
  readonly system: string;
  readonly verdicts: TurnVerdict[] = [];
  readonly totals = {
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    cost: 0,
  };
  messages: ConversationMessage[] = [];
  private readonly variables: Variables;

  constructor(private readonly options: ConversationOptions) {
    const { scenario, region } = options;
    this.variables = scenario.variables(region);
    this.system = scenario.systemPrompt(this.variables);
  }

  /** Plays all turns. Stops after the first turn with a failed check. */
  async run(): Promise<void> {
    for (const [index, turn] of this.options.scenario.turns.entries()) {
      await this.playTurn(turn, index);
      const last = this.verdicts[this.verdicts.length - 1];
      if (last?.turn === index && last.results.some(({ passed }) => !passed))
        return;
    }
  }

  /** The checks of the whole conversation, over what there is of it. */
  judgeConversation(): Promise<CheckResult[]> {
    const input = this.checkInput();
    return this.options.scenario.conversationChecks.run(input, input.toolCalls);
  }

  get toolCallCount(): number {
    return this.messages.reduce(
      (sum, { toolCalls }) => sum + (toolCalls?.length ?? 0),
      0,
    );
  }

  private async playTurn(turn: PreparedTurn, index: number): Promise<void> {
    const { scenario, compat, variant } = this.options;
    if (turn.spec.role !== 'user') {
      throw new BundleFault(
        `unsupported role: ${JSON.stringify(turn.spec.role)} (turn ${
          index + 1
        })`,
      );
    }
    if (turn.missingFile) {
      throw new BundleFault(`media file not found: ${turn.missingFile}`);
    }
    scenario.guardrails.assertUsable();
    const values = scenario.variantValues(variant);
    const text = substituteOnce(
      scenario.userText(turn, values),
      this.variables,
    );
    if (compat) this.substituteHistory();
    this.messages.push({ role: 'user', content: text, turn: index });
    const baseTurn = this.baseTurn(turn);
    let sent = this.messages;
    const policy = scenario.entry.spec.context_policy;
    if (policy) {
      sent = fitContext({
        policy,
        system: this.system,
        messages: this.messages,
        compat,
      });
      if (compat) this.messages = sent;
    }
    const blocked = await scenario.guardrails.judgeInput(text, index);
    if (blocked) {
      this.messages.push({
        role: 'assistant',
        content: blocked.text,
        turn: index,
        firings: blocked.firings,
        finishReason: 'safety',
        latencyMs: 0,
      });
    } else {
      await this.playRounds(turn, index, baseTurn, [...sent]);
    }
    await this.judgeTurn(turn, index);
  }

  /** Calls the provider until it answers without a tool call. */
  private async playRounds(
    turn: PreparedTurn,
    index: number,
    baseTurn: number,
    sent: ConversationMessage[],
  ): Promise<void> {
    const { scenario, toolBox, signal, compat, random } = this.options;
    const policy = scenario.entry.spec.tool_policy;
    const streaming = this.isStreaming(turn);
    const loop = new ToolLoop({
      toolBox,
      policy,
      turn: turn.spec,
      // The original's streaming path has no hooks unless guardrails bring them.
      injects: !compat || !streaming || !scenario.guardrails.isEmpty,
      random,
    });
    const maxRounds = policy?.max_rounds || DEFAULT_MAX_ROUNDS;
    const maxCost = policy?.max_cost_usd || DEFAULT_MAX_COST;
    const push = (message: ConversationMessage) => {
      this.messages.push(message);
      sent.push(message);
    };
    for (let round = 1; ; round++) {
      const reply = await this.callProvider(sent, baseTurn, streaming);
      const message = await this.toMessage(reply, index);
      push(message);
      if (this.totals.cost > maxCost) {
        throw new LimitReached(
          `the cost of ${this.totals.cost} USD exceeds max_cost_usd ${maxCost}`,
        );
      }
      if (!message.toolCalls?.length) return;
      if (round >= maxRounds) {
        throw new LimitReached(
          `the model still calls tools after ${maxRounds} rounds`,
        );
      }
      for (const call of message.toolCalls) {
        const outcome = await loop.call(call, signal);
        push({
          role: 'tool',
          content: outcome.text,
          turn: index,
          toolResult: {
            id: call.id,
            name: call.name,
            error: outcome.error,
            errorType: outcome.errorType,
            parts: outcome.parts,
          },
        });
      }
    }
  }

  private async callProvider(
    messages: readonly ConversationMessage[],
    baseTurn: number,
    stream: boolean,
  ): Promise<ChatReply> {
    const { scenario, provider, sampling, signal, beforeCall } = this.options;
    const toolChoice = scenario.entry.spec.tool_policy?.tool_choice ?? 'auto';
    const reply = await provider.chat({
      system: this.system,
      messages,
      tools: toolChoice === 'none' ? [] : scenario.tools,
      toolChoice,
      sampling,
      stream,
      signal,
      beforeCall,
      script: { scenarioId: scenario.entry.id, baseTurn },
    });
    this.totals.inputTokens += reply.inputTokens;
    this.totals.outputTokens += reply.outputTokens;
    this.totals.cachedTokens += reply.cachedTokens;
    this.totals.cost += reply.cost;
    return reply;
  }

  /** Lets the guardrails judge a reply. One that fires takes its tool calls away. */
  private async toMessage(
    reply: ChatReply,
    turn: number,
  ): Promise<ConversationMessage> {
    const { content, toolCalls, ...numbers } = reply;
    const message: ConversationMessage = {
      role: 'assistant',
      content,
      turn,
      ...numbers,
      ...(toolCalls.length > 0 ? { toolCalls } : {}),
    };
    const { guardrails } = this.options.scenario;
    if (guardrails.isEmpty) return message;
    const { text, firings } = await guardrails.judgeOutput(content, turn);
    if (firings.length === 0) return message;
    return {
      ...message,
      content: text,
      firings,
      toolCalls: undefined,
      finishReason: 'safety',
    };
  }

  private async judgeTurn(turn: PreparedTurn, index: number): Promise<void> {
    if (turn.checks.size === 0) return;
    const input = this.checkInput();
    const calls = input.toolCalls.filter(call => call.turn === index);
    const results = await turn.checks.run(input, calls);
    this.verdicts.push({
      turn: index,
      message: this.messages.length - 1,
      results,
    });
  }

  private checkInput(): Omit<CheckInput, 'prior'> {
    const last = this.messages.findLast(({ role }) => role === 'assistant');
    return {
      messages: this.messages,
      output: last?.content ?? '',
      toolCalls: toolCallRecords(this.messages, this.options.compat),
      latencyMs: last?.latencyMs,
      firings: last?.firings ?? NO_FIRINGS,
      totals: this.totals,
      callTool: (name, args) => this.options.toolBox.call(name, args),
    };
  }

  /** The number that the mock provider's script starts this turn with. */
  private baseTurn(turn: PreparedTurn): number {
    const count = (role: string) =>
      this.messages.filter(message => message.role === role).length;
    const replies = count('assistant');
    return this.isStreaming(turn) && replies > 0 ? replies + 1 : count('user');
  }

  private isStreaming(turn: PreparedTurn): boolean {
    const isScenarioStreaming =
      this.options.scenario.entry.spec.streaming ?? false;
    return isScenarioStreaming && (turn.spec.streaming ?? true);
  }

  /** Replies are templates once they are history, and stay changed. */
  private substituteHistory(): void {
    for (const message of this.messages) {
      if (message.role === 'assistant') {
        message.content = substituteOnce(message.content, this.variables);
      }
    }
  }
}
