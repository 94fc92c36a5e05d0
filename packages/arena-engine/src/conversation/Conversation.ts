import { CheckResult } from '@backstage-arena/plugin-arena-common';
import { CheckInput, JudgeRequest } from '../checks/Check';
import {
  ChatProvider,
  ChatReply,
  ChatRequest,
  SamplingParams,
} from '../providers/ChatProvider';
import { Quirks } from '../quirks/quirks';
import { RolePlayer } from '../runner/RoleProviders';
import { substituteOnce } from '../templates/placeholders';
import { ToolBox } from '../tools/ToolBox';
import { Agent } from './Agent';
import { BundleFault } from './errors';
import { Exchange, UserInput } from './Exchange';
import { ConversationMessage, Firing, toolCallRecords } from './messages';
import { PreparedPrompt, PreparedPrompts } from './PreparedPrompt';
import { PreparedScenario, PreparedTurn } from './PreparedScenario';
import { Feature, Session, WorkflowSession } from './SessionFeature';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NO_FIRINGS: readonly Firing[] = [];

/** What a call of the conversation says itself; the rest is the same for all of its calls. */
export type ConversationCall = Omit<
  ChatRequest,
  'conversationId' | 'signal' | 'beforeCall'
>;

export interface ConversationOptions {
  /** Unique among all conversations of the process. */
  id: string;
  scenario: PreparedScenario;
  provider: ChatProvider;
  prompts: PreparedPrompts;
  toolBox: ToolBox;
  features: readonly Feature[];
  /** Makes the workflow of the conversation, when the bundle has one. */
  openWorkflow?: (session: Session) => WorkflowSession;
  sampling: (prompt: PreparedPrompt['sampling']) => SamplingParams;
  /** Absent when no judge is configured. */
  judge?: (request: JudgeRequest, call: RoleCall) => Promise<string>;
  /** Whoever plays a self-play role; undefined when there is no such role. */
  player: (role: string) => Promise<RolePlayer> | undefined;
  region: string;
  variant: number;
  quirks: Quirks;
  signal: AbortSignal;
  beforeCall: () => Promise<void>;
  secret: (name: string) => string | undefined;
  /** 0 to 1, repeatable for one item. */
  random: () => number;
}

/** How somebody else than the system under test is called on behalf of a conversation; counts what it costs. */
export type RoleCall = (
  provider: ChatProvider,
  request: ConversationCall,
) => Promise<ChatReply>;

/** A turn's checks, on the message that ended it. */
export interface TurnVerdict {
  turn: number;
  /** Index of the message. */
  message: number;
  results: CheckResult[];
}

/** One execution of a scenario: its messages grow turn by turn and stay readable when a turn fails. */
export class Conversation {
  readonly verdicts: TurnVerdict[] = [];
  /** What the system under test has used. */
  readonly totals = noUse();
  /** What judges and simulated users have used. */
  readonly roleTotals = noUse();
  messages: ConversationMessage[] = [];
  private readonly session: Mutable<Session>;
  private opened?: Agent;

  constructor(readonly options: ConversationOptions) {
    this.session = {
      conversationId: options.id,
      scenario: options.scenario.entry,
      quirks: options.quirks,
      turn: 0,
      streaming: false,
    };
  }

  get workflow(): WorkflowSession | undefined {
    return this.session.workflow;
  }

  /** The system under test; only while the conversation runs. */
  get agent(): Agent {
    if (!this.opened) throw new Error('The conversation has not begun');
    return this.opened;
  }

  /** The system prompt in force; empty when the conversation could not begin. */
  get system(): string {
    return this.opened?.system ?? '';
  }

  /** Plays all turns. Stops after the first turn with a failed check. */
  async run(): Promise<void> {
    this.open();
    for (const [index, turn] of this.options.scenario.turns.entries()) {
      this.session.turn = index;
      this.session.streaming = this.isStreaming(turn);
      if (index > 0) this.agent.refresh();
      await this.playTurn(turn, index);
      if (this.hasFailed) return;
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

  isStreaming(turn: PreparedTurn): boolean {
    const isScenarioStreaming =
      this.options.scenario.entry.spec.streaming ?? false;
    return isScenarioStreaming && (turn.spec.streaming ?? true);
  }

  /** Calls the system under test. */
  async call(request: ConversationCall): Promise<ChatReply> {
    const reply = await this.send(this.options.provider, request, '');
    addUse(this.totals, reply);
    return reply;
  }

  /** Calls a judge or whoever plays the user. */
  readonly callRole: RoleCall = async (provider, request) => {
    const reply = await this.send(
      provider,
      request,
      request.script?.persona ?? 'judge',
    );
    addUse(this.roleTotals, reply);
    return reply;
  };

  /** One exchange with its checks. */
  async exchange(
    turn: PreparedTurn,
    index: number,
    input: UserInput,
  ): Promise<void> {
    await new Exchange(this, turn, index).play(input);
    await this.judgeTurn(turn, index);
  }

  get hasFailed(): boolean {
    const last = this.verdicts[this.verdicts.length - 1];
    return last?.results.some(({ passed }) => !passed) ?? false;
  }

  /** @throws BundleFault when the scenario cannot be played. */
  private open(): void {
    const { options, session } = this;
    session.workflow = options.openWorkflow?.(session);
    this.opened = new Agent({
      ...options,
      workflow: session.workflow,
      features: [
        ...(session.workflow ? [session.workflow] : []),
        ...options.features.map(feature => feature.open(session)),
      ],
    });
  }

  private send(
    provider: ChatProvider,
    request: ConversationCall,
    role: string,
  ): Promise<ChatReply> {
    const { id, signal, beforeCall } = this.options;
    return provider.chat({
      ...request,
      conversationId: role === '' ? id : `${id}/${role}`,
      signal,
      beforeCall,
    });
  }

  private async playTurn(turn: PreparedTurn, index: number): Promise<void> {
    const { scenario, variant } = this.options;
    if (turn.spec.role !== 'user') {
      throw new BundleFault(
        `unsupported role: ${JSON.stringify(turn.spec.role)} (turn ${
          index + 1
        })`,
      );
    }
    const media = await turn.media();
    const values = scenario.variantValues(variant);
    const substitute = (text: string) =>
      substituteOnce(scenario.userText(text, values), this.agent.variables);
    await this.exchange(turn, index, {
      text: substitute(turn.text),
      parts: media?.map(part =>
        part.type === 'text' ? { ...part, text: substitute(part.text) } : part,
      ),
    });
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
    const { options, workflow, messages, totals } = this;
    const { judge, signal, secret, quirks } = options;
    const last = messages.findLast(({ role }) => role === 'assistant');
    return {
      messages,
      output: last?.content ?? '',
      toolCalls: toolCallRecords(messages, quirks.callIdsRepeat),
      latencyMs: last?.latencyMs,
      firings: last?.firings ?? NO_FIRINGS,
      totals,
      workflow: workflow?.view,
      ...(judge ? { judge: request => judge(request, this.callRole) } : {}),
      callTool: (name, args) =>
        options.toolBox.call(name, args, { signal, conversation: options.id }),
      signal,
      secret,
    };
  }
}

function noUse() {
  return { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cost: 0 };
}

function addUse(totals: ReturnType<typeof noUse>, reply: ChatReply): void {
  totals.inputTokens += reply.inputTokens;
  totals.outputTokens += reply.outputTokens;
  totals.cachedTokens += reply.cachedTokens;
  totals.cost += reply.cost;
}
