import { setImmediate } from 'node:timers/promises';
import {
  CheckResult,
  EvalObservation,
} from '@backstage-arena/plugin-arena-common';
import { PersonaEntry } from '../bundle/BundleContent';
import { RelevancePolicy } from '../bundle/schemas/scenario';
import { CheckInput, CompositionView, JudgeRequest } from '../checks/Check';
import {
  ChatProvider,
  ChatReply,
  ProviderError,
  SamplingParams,
} from '../providers/ChatProvider';
import { CallProbe } from '../providers/CallMeter';
import { ContextWindow } from '../context/ContextWindow';
import { Embedder } from '../context/Embedder';
import { SUMMARY_INSTRUCTIONS } from '../context/summary';
import { ConnectionSet } from '../providers/http/ConnectionSet';
import { Quirks } from '../quirks/quirks';
import { RolePlayer } from '../runner/RoleProviders';
import { SelfPlayTurn } from '../selfplay/SelfPlayTurn';
import { substituteOnce } from '../templates/placeholders';
import { ToolBox } from '../tools/ToolBox';
import { Agent } from './Agent';
import { Exchange } from './Exchange';
import { ItemConversation, TurnVerdict } from './ItemConversation';
import { ConversationMessage, Firing, toolCallRecords } from './messages';
import { PreparedPrompt, PreparedPrompts } from './PreparedPrompt';
import { PreparedScenario, PreparedTurn } from './PreparedScenario';
import {
  addUse,
  ConversationCall,
  noUse,
  RoleCall,
  RoleCalls,
  Use,
} from './RoleCalls';
import { Feature, Session, WorkflowSession } from './SessionFeature';
import { UserInput } from './toMessages';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NO_FIRINGS: readonly Firing[] = [];
const CALLS_BETWEEN_BREATHS = 20;

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
  /** Of whoever plays the user; absent: as the persona says. */
  seed?: number;
  /** Absent when no classifier is configured. */
  classify?: CheckInput['classify'];
  /** Absent when no judge is configured. */
  judge?: (request: JudgeRequest, call: RoleCall) => Promise<string>;
  /** Whoever plays a self-play role; undefined when there is no such role. */
  player: (role: string) => Promise<RolePlayer> | undefined;
  /** Exchanges of each turn that is played. Absent: as the turn says. */
  selfPlayRounds?: number;
  /** Lets the checks that do not decide look at the conversation. */
  observe?: (
    taskType: string,
    input: Omit<CheckInput, 'prior'>,
  ) => Promise<EvalObservation[]>;
  /** Makes vectors of texts, for scenarios that send only what is relevant. */
  embedder: (relevance: RelevancePolicy) => Embedder;
  /** Who they may play, by id. */
  personas: ReadonlyMap<string, PersonaEntry>;
  region: string;
  variant: number;
  quirks: Quirks;
  signal: AbortSignal;
  beforeCall: () => Promise<void>;
  /** Sees each call of the system under test. */
  probe?: () => CallProbe;
  /** Told what each call used. */
  onUse?: (used: Use) => void;
  /** False: no check is run. */
  graded: boolean;
  secret: (name: string) => string | undefined;
  /** To services that checks ask. */
  connections: ConnectionSet;
  /** 0 to 1, repeatable for one item. */
  random: () => number;
  log?: (line: string) => void;
}

/** What features see of a conversation. */
class OpenSession implements Mutable<Session> {
  readonly conversationId: string;
  readonly scenario: Session['scenario'];
  readonly quirks: Quirks;
  workflow?: WorkflowSession;
  turn = 0;
  exchange = 0;
  streaming = false;

  constructor(private readonly conversation: Conversation) {
    const { id, scenario, quirks } = conversation.options;
    this.conversationId = id;
    this.scenario = scenario.entry;
    this.quirks = quirks;
  }

  get toolCalls(): number {
    return this.conversation.toolCallCount;
  }
}

/** One execution of a scenario: its messages grow turn by turn and stay readable when a turn fails. */
export class Conversation implements ItemConversation {
  readonly verdicts: TurnVerdict[] = [];
  readonly observations: EvalObservation[] = [];
  readonly totals = noUse();
  messages: ConversationMessage[] = [];
  /** What the last composition did. */
  composition?: CompositionView;
  private readonly session: OpenSession;
  private opened?: Agent;
  private readonly roles: RoleCalls;
  private calls = 0;
  private readonly window?: ContextWindow;

  constructor(readonly options: ConversationOptions) {
    this.roles = new RoleCalls(options);
    this.window = this.openWindow();
    this.session = new OpenSession(this);
  }

  get workflow(): WorkflowSession | undefined {
    return this.session.workflow;
  }

  /** The system under test; only while the conversation runs. */
  get agent(): Agent {
    if (!this.opened) throw new Error('The conversation has not begun');
    return this.opened;
  }

  get system(): string {
    return this.opened?.system ?? '';
  }

  /** Plays all turns. Stops after the first turn with a failed check. */
  async run(): Promise<void> {
    for (const feature of this.options.features) {
      if (feature.ready && !feature.isReady) await feature.ready();
    }
    this.open();
    for (const [index, turn] of this.options.scenario.turns.entries()) {
      this.session.turn = index;
      this.session.streaming = this.isStreaming(turn);
      if (index > 0) this.agent.refresh();
      await this.playTurn(turn, index);
      if (this.hasFailed) return;
    }
  }

  get id(): string {
    return this.options.id;
  }

  get hasChecks(): boolean {
    return this.options.graded && this.options.scenario.hasChecks;
  }

  get roleTotals(): Use {
    return this.roles.totals;
  }

  async judgeConversation(
    results: CheckResult[],
    unasked?: string,
  ): Promise<void> {
    this.settleWorkflow();
    const { conversationChecks } = this.options.scenario;
    if (conversationChecks.size === 0 || !this.options.graded) return;
    const input = this.checkInput(unasked);
    await conversationChecks.run(input, input.toolCalls, results);
  }

  async observe(unasked?: string): Promise<void> {
    const { observe, scenario, graded } = this.options;
    if (!observe || !graded) return;
    const taskType =
      this.workflow?.promptTask ?? scenario.entry.spec.task_type ?? '';
    const input = this.checkInput(unasked);
    this.observations.push(...(await observe(taskType, input)));
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

  /** The messages that a request is to have now. */
  fitting(): Promise<ConversationMessage[]> | ConversationMessage[] {
    return this.window
      ? this.window.fit(this.agent.system, this.messages)
      : this.messages;
  }

  /** Calls the system under test. */
  async call(request: ConversationCall): Promise<ChatReply> {
    const { id, provider, signal, beforeCall } = this.options;
    this.calls += 1;
    // Mocks answer without waiting for anything, which would keep the item's clock from running.
    if (this.calls % CALLS_BETWEEN_BREATHS === 0) await setImmediate();
    const probe = this.options.probe?.();
    try {
      const reply = await provider.chat({
        ...request,
        conversationId: id,
        signal,
        beforeCall,
        ...(probe && { meter: probe }),
      });
      addUse(this.totals, reply);
      this.options.onUse?.(reply);
      probe?.succeeded(reply);
      return reply;
    } catch (error) {
      probe?.failed(
        error instanceof ProviderError ? error.errorClass : undefined,
      );
      throw error;
    }
  }

  /** Calls a judge or whoever plays the user. */
  get callRole(): RoleCall {
    return this.roles.call;
  }

  /** One exchange with its checks. */
  async exchange(
    turn: PreparedTurn,
    index: number,
    input: UserInput,
    { checked }: { checked: boolean } = { checked: true },
  ): Promise<void> {
    const unanswered = await new Exchange(this, turn, index).play(input);
    if (checked) await this.judgeTurn(turn, index, unanswered);
    this.session.exchange += 1;
  }

  end(): void {
    this.options.provider.endConversation?.(this.options.id);
    this.roles.end();
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
      scenario: options.scenario,
      region: options.region,
      prompts: options.prompts,
      toolBox: options.toolBox,
      quirks: options.quirks,
      workflow: session.workflow,
      features: [
        ...(session.workflow ? [session.workflow] : []),
        ...options.features.map(feature => feature.open(session)),
      ],
    });
  }

  private openWindow(): ContextWindow | undefined {
    const { scenario, quirks, log, provider, embedder } = this.options;
    const policy = scenario.entry.spec.context_policy;
    if (!policy) return undefined;
    return new ContextWindow({
      policy,
      quirks,
      log,
      summarise: async (text, maxTokens) => {
        const reply = await this.callRole(provider, {
          system: SUMMARY_INSTRUCTIONS,
          messages: [{ role: 'user', content: text, turn: 0 }],
          tools: [],
          toolChoice: 'none',
          sampling: { temperature: 0, maxTokens },
          stream: false,
        });
        return reply.content;
      },
      embed: async texts => {
        if (!policy.relevance) throw new Error('relevance is not configured');
        const made = await embedder(policy.relevance).embed(
          texts,
          this.options,
        );
        this.roles.addUse({
          inputTokens: made.inputTokens,
          outputTokens: 0,
          cachedTokens: 0,
          cost: made.cost,
        });
        return made.vectors;
      },
    });
  }

  private async playTurn(turn: PreparedTurn, index: number): Promise<void> {
    const { scenario, variant } = this.options;
    if (turn.spec.role !== 'user') {
      await new SelfPlayTurn(this, turn, index).play();
      return;
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

  /** @param unanswered - why there is no reply that could be judged */
  private async judgeTurn(
    turn: PreparedTurn,
    index: number,
    unanswered: string | undefined,
  ): Promise<void> {
    if (turn.checks.size === 0 || !this.options.graded) return;
    this.settleWorkflow();
    const input = this.checkInput();
    const asked = this.messages.findLastIndex(({ role }) => role === 'user');
    const calls = input.toolCalls.filter(
      call => call.turn === index && call.message > asked,
    );
    const results: CheckResult[] = [];
    this.verdicts.push({
      turn: index,
      message: this.messages.length - 1,
      results,
    });
    if (unanswered === undefined) await turn.checks.run(input, calls, results);
    else results.push(...turn.checks.skipAll(unanswered));
  }

  /** Carries out the transition that a streaming turn of the original left undone. */
  private settleWorkflow(): void {
    this.workflow?.commit({
      turn: this.session.turn,
      messages: this.messages.length,
    });
  }

  /** @param unasked - why nobody may be asked */
  private checkInput(unasked?: string): Omit<CheckInput, 'prior'> {
    const { options, workflow, messages, totals } = this;
    const { judge, classify, signal, beforeCall, secret, quirks, connections } =
      options;
    const last = messages.findLast(({ role }) => role === 'assistant');
    return {
      messages,
      output: last?.content ?? '',
      toolCalls: toolCallRecords(messages, quirks.callIdsRepeat),
      latencyMs: last?.latencyMs,
      firings: last?.firings ?? NO_FIRINGS,
      totals,
      workflow: workflow?.view,
      composition: this.composition,
      unasked,
      ...(classify ? { classify } : {}),
      ...(judge && unasked === undefined
        ? { judge: request => judge(request, this.callRole) }
        : {}),
      callTool: (name, args) =>
        options.toolBox.call(name, args, { signal, conversation: options.id }),
      signal,
      beforeCall,
      secret,
      connections,
    };
  }
}
