import { PlanCell } from '@backstage-arena/plugin-arena-common';
import { attemptSeed, itemKey } from '@backstage-arena/plugin-arena-common/run';
import { BundleContent, ScenarioEntry } from '../bundle/BundleContent';
import { configFolder } from '../bundle/configFolder';
import { ClassifyRequest } from '../checks/Check';
import {
  Conversation,
  ConversationOptions,
} from '../conversation/Conversation';
import { ItemConversation } from '../conversation/ItemConversation';
import { PreparedPrompt } from '../conversation/PreparedPrompt';
import { PreparedScenario } from '../conversation/PreparedScenario';
import { ExecuteOptions, RunnerOptions } from '../Engine';
import { EvalRun, isEvalRun, selectEvalRuns } from '../evals/evalRuns';
import { SavedConversation } from '../evals/SavedConversation';
import { Candidate } from '../plan/candidates';
import { ChatProvider, SamplingParams } from '../providers/ChatProvider';
import { seededRandom } from '../util/seededRandom';
import { askJudge } from './askJudge';
import { guardCalls } from './guardCalls';
import { RunKit } from './RunKit';

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

/** Makes the conversations of a run: scripted ones, or those that were saved and are judged again. */
export class ItemConversations {
  private readonly scenarios = new Map<string, ScenarioEntry>();
  private readonly prepared = new Map<number, PreparedScenario>();
  /** Aligned with the plan's scenarios, when the run is about saved conversations. */
  private readonly evalRuns?: readonly EvalRun[];
  /** What all conversations have in common. */
  private readonly shared: SharedOptions;
  private readonly observes: boolean;

  /** @param candidates - aligned with the plan's providers, as are `providers` */
  constructor(
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

  /** Whether a conversation could only fail, because nobody defined who is to answer. */
  lacksProvider({ providerIndex }: PlanCell): boolean {
    return !this.evalRuns && !this.candidates[providerIndex];
  }

  /** A new one, that ends when the signal aborts. */
  of(
    cell: PlanCell,
    { beforeCall, probe, onUse, graded = true }: ExecuteOptions,
    signal: AbortSignal,
  ): ItemConversation {
    const { kit } = this;
    conversations += 1;
    const guarded = guardCalls(beforeCall, signal);
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
