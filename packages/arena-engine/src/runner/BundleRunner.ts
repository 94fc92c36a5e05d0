import {
  ItemError,
  ItemReport,
  PlanCell,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import {
  attemptCell,
  attemptSeed,
  cellAt,
  itemKey,
} from '@backstage-arena/plugin-arena-common/run';
import { BundleContent, ScenarioEntry } from '../bundle/BundleContent';
import { configFolder } from '../bundle/configFolder';
import { ClassifyRequest } from '../checks/Check';
import {
  Conversation,
  ConversationOptions,
} from '../conversation/Conversation';
import { ItemStopped } from '../conversation/errors';
import { ItemConversation } from '../conversation/ItemConversation';
import { PreparedPrompt } from '../conversation/PreparedPrompt';
import { PreparedScenario } from '../conversation/PreparedScenario';
import { ExecuteOptions, Runner, RunnerOptions } from '../Engine';
import { EvalRun, isEvalRun, selectEvalRuns } from '../evals/evalRuns';
import { SavedConversation } from '../evals/SavedConversation';
import { Candidate } from '../plan/candidates';
import { ChatProvider, SamplingParams } from '../providers/ChatProvider';
import { budgetOf } from '../providers/limits/budgetOf';
import { refuseEmbeddings } from '../providers/limits/requirePrices';
import { goDurationMs } from '../util/goDuration';
import { seededRandom } from '../util/seededRandom';
import { rowSchemaOf } from '../dataset/rowSchemaOf';
import { withEmbedding } from '../dataset/withEmbedding';
import { withRow } from '../dataset/withRow';
import { BudgetExhausted } from '../load/BudgetLedger';
import { compileJsonSchema, ValidateJson } from '../text/jsonSchema';
import { askJudge } from './askJudge';
import { ItemSignal } from './ItemSignal';
import { describeError, Ending, reportItem } from './reportItem';
import { openRunKit, RunKit } from './RunKit';

const DEFAULT_ITEM_TIMEOUT_MS = 300_000;
const DEFAULT_TRANSCRIPT_BYTES = 1024 * 1024;

type SharedOptions = Pick<
  ConversationOptions,
  | 'toolBox'
  | 'quirks'
  | 'prompts'
  | 'features'
  | 'openWorkflow'
  | 'embedder'
  | 'personas'
  | 'log'
  | 'player'
  | 'selfPlayRounds'
  | 'secret'
  | 'connections'
  | 'judge'
>;

/** Stands where the plan names a provider that nobody defined; it is never called. */
const MISSING_PROVIDER: ChatProvider = {
  chat: () => Promise.reject(new Error('The provider does not exist')),
  close: () => Promise.resolve(),
};

/** Tells the conversations of a process apart. */
let conversations = 0;

/** Executes items of a plan with compiled scenarios and kept connections. */
export class BundleRunner implements Runner {
  private readonly scenarios = new Map<string, ScenarioEntry>();
  private readonly prepared = new Map<number, PreparedScenario>();
  private readonly rowValidators = new Map<
    number,
    { validate: ValidateJson | undefined }
  >();
  private readonly timeoutMs: number;
  /** Aligned with the plan's scenarios, when the run is about saved conversations. */
  private readonly evalRuns?: readonly EvalRun[];
  /** What all conversations have in common. */
  private readonly shared: SharedOptions;
  private readonly observes: boolean;

  private constructor(
    readonly plan: RunPlan,
    private readonly content: BundleContent,
    private readonly options: RunnerOptions,
    private readonly candidates: ReadonlyArray<Candidate | undefined>,
    private readonly providers: ReadonlyArray<ChatProvider | undefined>,
    private readonly kit: RunKit,
  ) {
    content.scenarios.forEach(entry => this.scenarios.set(entry.id, entry));
    if (isEvalRun(content, options)) {
      this.evalRuns = selectEvalRuns(content, options);
    }
    this.timeoutMs =
      options.itemTimeoutMs ??
      goDurationMs(content.arena.defaults.run_timeout) ??
      DEFAULT_ITEM_TIMEOUT_MS;
    this.observes = !kit.evals.isEmpty;
    const { roles, secrets } = kit;
    this.shared = {
      toolBox: kit.toolBox,
      quirks: kit.quirks,
      prompts: kit.prompts,
      features: kit.features,
      openWorkflow: kit.openWorkflow,
      embedder: kit.embedder,
      personas: content.personas,
      log: kit.log,
      player: role => roles.player(role),
      selfPlayRounds: options.selfPlay?.rounds,
      secret: name => secrets.variable(name),
      connections: kit.connections,
      judge: roles.hasJudges
        ? (request, call) => askJudge(roles, request, call)
        : undefined,
    };
  }

  /** @param candidates - aligned with the plan's providers */
  static async create(
    plan: RunPlan,
    candidates: ReadonlyArray<Candidate | undefined>,
    content: BundleContent,
    options: RunnerOptions,
  ): Promise<BundleRunner> {
    if (budgetOf(options)) refuseEmbeddings(plan, content);
    const kit = await openRunKit(content, options);
    try {
      // Under load, what starts with the first call would be part of its time.
      if (options.load) await kit.toolBox.ready();
      const providers = await Promise.all(
        candidates.map(
          candidate =>
            candidate &&
            kit.clients.of(candidate.swapped?.assistant ?? candidate),
        ),
      );
      return new BundleRunner(
        plan,
        content,
        options,
        candidates,
        providers,
        kit,
      );
    } catch (error) {
      await kit.close();
      throw error;
    }
  }

  async execute(index: number, options: ExecuteOptions): Promise<ItemReport> {
    const { dataGen } = this.options;
    const cell = dataGen
      ? attemptCell(this.plan, index)
      : cellAt(this.plan, index);
    options.signal.throwIfAborted();
    const startedAt = Date.now();
    const start = performance.now();
    const item = new ItemSignal(options.signal, this.timeoutMs);
    let conversation: ItemConversation | undefined;
    try {
      conversation = this.conversation(cell, options, item.signal);
      const ending = await this.play(cell, conversation, item);
      options.signal.throwIfAborted();
      const report = reportItem({
        cell,
        attempt: options.attempt,
        startedAt,
        durationMs: performance.now() - start,
        conversation,
        ending,
        quirks: this.kit.quirks,
        secrets: this.kit.secrets,
        maxTranscriptBytes: this.options.load
          ? 0
          : this.options.maxTranscriptBytes ?? DEFAULT_TRANSCRIPT_BYTES,
      });
      if (!dataGen) return report;
      if (ending.unfinished) {
        return { ...report, generated: { unfinished: true } };
      }
      const { messages } = conversation;
      const withIts = withRow(report, {
        messages,
        validate: this.rowValidator(cell),
        secrets: this.kit.secrets,
      });
      if (!this.kit.rowEmbedder) return withIts;
      return await withEmbedding(withIts, {
        embedder: this.kit.rowEmbedder,
        item,
        signal: options.signal,
        beforeCall: this.guard(options, item.signal),
        onUse: options.onUse,
      });
    } catch (error) {
      options.signal.throwIfAborted();
      throw error instanceof ItemStopped ? error.reason : error;
    } finally {
      item.release();
      if (conversation) {
        conversation.end();
        this.kit.toolBox.endConversation(conversation.id);
      }
    }
  }

  close(): Promise<void> {
    return this.kit.close();
  }

  private async play(
    cell: PlanCell,
    conversation: ItemConversation,
    item: ItemSignal,
  ): Promise<Ending> {
    let ending: Ending = { checks: [] };
    try {
      if (!this.evalRuns && !this.candidates[cell.providerIndex]) {
        const known = this.content.providers.map(({ id }) => id).join(', ');
        ending.fault = bundleError(
          `Provider "${cell.provider.id}" does not exist: the bundle has ${known}`,
        );
      } else {
        const { toolBox } = this.kit;
        if (!toolBox.isReady) await item.race(toolBox.ready());
        await item.race(conversation.run());
      }
    } catch (error) {
      ending = { ...ending, ...this.endingOf(error, item) };
    }
    this.kit.log?.(
      `${cell.scenario.id} on ${cell.provider.id}: ${
        conversation.messages.length
      } messages${ending.fault ? `, ${ending.fault.message}` : ''}`,
    );
    // What nobody will look at is not worth its price.
    const unasked = whyUnasked(ending);
    try {
      await conversation.judgeConversation(ending.checks, unasked);
      if (!item.signal.aborted) await conversation.observe(unasked);
    } catch (error) {
      // How the conversation ended says more than that it could not be judged then.
      ending = { ...this.endingOf(error, item), ...ending };
    }
    return ending;
  }

  /** @throws what the caller stopped the item with. */
  private endingOf(
    error: unknown,
    item: ItemSignal,
  ): Pick<Ending, 'fault' | 'limit' | 'unfinished'> {
    if (error instanceof ItemStopped) {
      // What was paid for until then is to be told.
      const isSpent = error.reason instanceof BudgetExhausted;
      if (!isSpent || this.options.load) throw error;
      const message = `Not finished: ${error.reason.message}`;
      if (this.options.dataGen) return { limit: message, unfinished: true };
      return { fault: { class: 'budget', message, retryable: false } };
    }
    if (!item.timedOut) return describeError(error);
    return {
      fault: {
        class: 'timeout',
        message: `The item took longer than ${this.timeoutMs} ms`,
        retryable: true,
      },
    };
  }

  private conversation(
    cell: PlanCell,
    { beforeCall, probe, onUse, graded = true }: ExecuteOptions,
    signal: AbortSignal,
  ): ItemConversation {
    const { kit } = this;
    conversations += 1;
    const guarded = this.guard({ beforeCall }, signal);
    const common = {
      ...this.shared,
      id: `c${conversations}`,
      classify: kit.classifiers.isEmpty
        ? undefined
        : async (request: ClassifyRequest, aborted: AbortSignal) => {
            await guarded();
            return kit.classifiers.classify(request, aborted);
          },
      signal,
      beforeCall: guarded,
      probe,
      onUse,
      graded,
    };
    if (this.evalRuns) {
      return new SavedConversation({
        ...common,
        run: this.evalRuns[cell.scenarioIndex],
        directory: this.content.directory,
        judgeNames: kit.roles.judgeNames,
      });
    }
    const candidate = this.candidates[cell.providerIndex];
    const { dataGen } = this.options;
    const seed = dataGen && attemptSeed(dataGen.seed, cell.index);
    const { roles } = kit;
    const user = candidate?.swapped?.user;
    return new Conversation({
      ...common,
      ...(user && {
        player: role => (roles.hasPlayer(role) ? roles.as(user) : undefined),
      }),
      scenario: this.scenario(cell),
      provider: this.providers[cell.providerIndex] ?? MISSING_PROVIDER,
      seed,
      sampling: prompt => ({
        ...this.sampling(prompt, candidate),
        ...(seed === undefined ? {} : { seed }),
      }),
      observe: this.observes
        ? (taskType, input) => kit.evals.run(taskType, input, itemKey(cell))
        : undefined,
      region: cell.region,
      variant: cell.variant,
      random: seededRandom(cell.index),
    });
  }

  /** Asked before each call that may cost money. */
  private guard(
    { beforeCall }: Pick<ExecuteOptions, 'beforeCall'>,
    signal: AbortSignal,
  ): () => Promise<void> {
    return async () => {
      signal.throwIfAborted();
      if (!beforeCall) return;
      try {
        await beforeCall();
      } catch (error) {
        throw new ItemStopped(error);
      }
    };
  }

  private scenario(cell: PlanCell): PreparedScenario {
    const known = this.prepared.get(cell.scenarioIndex);
    if (known) return known;
    const entry = this.scenarios.get(cell.scenario.id);
    if (!entry)
      throw new Error(`Scenario "${cell.scenario.id}" is not in the bundle`);
    const prepared = new PreparedScenario(entry, {
      quirks: this.kit.quirks,
      directory: this.content.directory,
      mediaBase: configFolder(this.content),
      globalAssertions: this.content.globalAssertions,
    });
    this.prepared.set(cell.scenarioIndex, prepared);
    return prepared;
  }

  /** Of the schema of a scenario's rows, which planning has found to be one. */
  private rowValidator(cell: PlanCell): ValidateJson | undefined {
    const known = this.rowValidators.get(cell.scenarioIndex);
    if (known) return known.validate;
    const schema = rowSchemaOf(
      this.content,
      this.scenarios.get(cell.scenario.id),
    );
    const compiled =
      schema === undefined ? undefined : compileJsonSchema(schema);
    if (typeof compiled === 'string') {
      throw new Error(
        `row_schema of scenario "${cell.scenario.id}" is no JSON schema: ${compiled}`,
      );
    }
    this.rowValidators.set(cell.scenarioIndex, { validate: compiled });
    return compiled;
  }

  /** What the run says, then the prompt's parameters, then the arena file's defaults, then the provider's own. */
  private sampling(
    prompt: PreparedPrompt['sampling'],
    candidate: Candidate | undefined,
  ): SamplingParams {
    const { defaults } = this.content.arena;
    const own = candidate?.spec.defaults;
    const forced = this.options.sampling;
    return {
      // In the arena file, 0 leaves the choice to the provider.
      temperature:
        forced?.temperature ??
        prompt.temperature ??
        (defaults.temperature || own?.temperature),
      topP: prompt.top_p ?? (defaults.top_p || own?.top_p),
      maxTokens:
        forced?.maxTokens ??
        prompt.max_tokens ??
        (defaults.max_tokens || own?.max_tokens),
      seed: forced?.seed ?? defaults.seed,
    };
  }
}

function bundleError(message: string): ItemError {
  return { class: 'bundle', message, retryable: false };
}

function whyUnasked({ fault, unfinished }: Ending): string | undefined {
  if (fault) {
    return `Nobody was asked: the item ended with an error (${fault.class})`;
  }
  return unfinished ? 'Nobody was asked: the budget was used up' : undefined;
}
