import {
  cellAt,
  ItemError,
  ItemReport,
  PlanCell,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import { BundleContent, ScenarioEntry } from '../bundle/BundleContent';
import { Conversation } from '../conversation/Conversation';
import { PreparedScenario } from '../conversation/PreparedScenario';
import { ItemStopped } from '../conversation/errors';
import { ExecuteOptions, Runner, RunnerOptions } from '../Engine';
import { Candidate } from '../plan/candidates';
import { ChatProvider, SamplingParams } from '../providers/ChatProvider';
import { createProvider } from '../providers/createProvider';
import { SecretReader } from '../providers/SecretReader';
import { ToolBox } from '../tools/ToolBox';
import { goDurationMs } from '../util/goDuration';
import { reportItem, Ending, describeError } from './reportItem';
import { seededRandom } from '../util/seededRandom';

const DEFAULT_ITEM_TIMEOUT_MS = 300_000;
const DEFAULT_TRANSCRIPT_BYTES = 1024 * 1024;

/** Stands where the plan names a provider that nobody defined; it is never called. */
const MISSING_PROVIDER: ChatProvider = {
  chat: () => Promise.reject(new Error('The provider does not exist')),
  close: () => Promise.resolve(),
};

/** Executes items of a plan with compiled scenarios and kept connections. */
export class BundleRunner implements Runner {
  private readonly scenarios = new Map<string, ScenarioEntry>();
  private readonly prepared = new Map<number, PreparedScenario>();
  private readonly toolBox: ToolBox;
  private readonly timeoutMs: number;

  private constructor(
    readonly plan: RunPlan,
    private readonly content: BundleContent,
    private readonly options: RunnerOptions,
    private readonly candidates: ReadonlyArray<Candidate | undefined>,
    private readonly providers: ReadonlyArray<ChatProvider | undefined>,
    private readonly secrets: SecretReader,
  ) {
    content.scenarios.forEach(entry => this.scenarios.set(entry.id, entry));
    this.toolBox = new ToolBox(content.tools.values());
    this.timeoutMs =
      options.itemTimeoutMs ??
      goDurationMs(content.arena.defaults.run_timeout) ??
      DEFAULT_ITEM_TIMEOUT_MS;
  }

  /** @param candidates - aligned with the plan's providers */
  static async create(
    plan: RunPlan,
    candidates: ReadonlyArray<Candidate | undefined>,
    content: BundleContent,
    options: RunnerOptions,
  ): Promise<BundleRunner> {
    const secrets = new SecretReader(
      options.secret ?? (name => process.env[name]),
    );
    const providers: Array<ChatProvider | undefined> = [];
    for (const candidate of candidates) {
      providers.push(
        candidate &&
          (await createProvider(candidate, content, options, secrets)),
      );
    }
    return new BundleRunner(
      plan,
      content,
      options,
      candidates,
      providers,
      secrets,
    );
  }

  async execute(index: number, options: ExecuteOptions): Promise<ItemReport> {
    const cell = cellAt(this.plan, index);
    options.signal.throwIfAborted();
    const startedAt = new Date();
    const start = performance.now();
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(new Error('timeout')),
      this.timeoutMs,
    );
    const signal = AbortSignal.any([options.signal, timeout.signal]);
    try {
      const conversation = this.conversation(cell, options, signal);
      const ending = await this.play(
        cell,
        conversation,
        signal,
        timeout.signal,
      );
      options.signal.throwIfAborted();
      return reportItem({
        cell,
        attempt: options.attempt,
        startedAt,
        durationMs: performance.now() - start,
        conversation,
        ending,
        compat: this.options.compat,
        hasChecks: this.scenario(cell).hasChecks,
        transcript: {
          maxBytes: this.options.maxTranscriptBytes ?? DEFAULT_TRANSCRIPT_BYTES,
          secrets: this.secrets.values,
        },
      });
    } catch (error) {
      options.signal.throwIfAborted();
      throw error instanceof ItemStopped ? error.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.providers.map(provider => provider?.close()));
  }

  private async play(
    cell: PlanCell,
    conversation: Conversation,
    signal: AbortSignal,
    timedOut: AbortSignal,
  ): Promise<Ending> {
    let ending: Ending = { checks: [] };
    try {
      if (!this.candidates[cell.providerIndex]) {
        const known = this.content.providers.map(({ id }) => id).join(', ');
        ending.fault = bundleError(
          `Provider "${cell.provider.id}" does not exist: the bundle has ${known}`,
        );
      } else {
        await raceAbort(conversation.run(), signal);
      }
    } catch (error) {
      if (error instanceof ItemStopped) throw error;
      ending = {
        ...ending,
        ...(timedOut.aborted
          ? {
              fault: {
                class: 'timeout',
                message: `The item took longer than ${this.timeoutMs} ms`,
                retryable: true,
              },
            }
          : describeError(error)),
      };
    }
    this.options.log?.(
      `${cell.scenario.id} on ${cell.provider.id}: ${
        conversation.messages.length
      } messages${ending.fault ? `, ${ending.fault.message}` : ''}`,
    );
    ending.checks = await conversation.judgeConversation();
    return ending;
  }

  private conversation(
    cell: PlanCell,
    { beforeCall }: ExecuteOptions,
    signal: AbortSignal,
  ): Conversation {
    const scenario = this.scenario(cell);
    const candidate = this.candidates[cell.providerIndex];
    return new Conversation({
      scenario,
      provider: this.providers[cell.providerIndex] ?? MISSING_PROVIDER,
      toolBox: this.toolBox,
      sampling: this.sampling(scenario, candidate),
      region: cell.region,
      variant: cell.variant,
      compat: this.options.compat,
      signal,
      beforeCall: async () => {
        signal.throwIfAborted();
        try {
          await beforeCall?.();
        } catch (error) {
          throw new ItemStopped(error);
        }
      },
      random: seededRandom(cell.index),
    });
  }

  private scenario(cell: PlanCell): PreparedScenario {
    const known = this.prepared.get(cell.scenarioIndex);
    if (known) return known;
    const entry = this.scenarios.get(cell.scenario.id);
    if (!entry)
      throw new Error(`Scenario "${cell.scenario.id}" is not in the bundle`);
    const prepared = new PreparedScenario(
      entry,
      this.content,
      this.toolBox,
      this.options,
    );
    prepared.guardrails.warnings.forEach(warning =>
      this.options.log?.(`warning: ${warning}`),
    );
    this.prepared.set(cell.scenarioIndex, prepared);
    return prepared;
  }

  /** The prompt's parameters, then the arena file's defaults, then the provider's own. */
  private sampling(
    scenario: PreparedScenario,
    candidate: Candidate | undefined,
  ): SamplingParams {
    const { defaults } = this.content.arena;
    const own = candidate?.spec.defaults;
    const { sampling } = scenario;
    return {
      // In the arena file, 0 leaves the choice to the provider.
      temperature:
        sampling.temperature ?? (defaults.temperature || own?.temperature),
      topP: sampling.top_p ?? (defaults.top_p || own?.top_p),
      maxTokens:
        sampling.max_tokens ?? (defaults.max_tokens || own?.max_tokens),
      seed: defaults.seed,
    };
  }
}

function bundleError(message: string): ItemError {
  return { class: 'bundle', message, retryable: false };
}

/** Ends the wait when the signal is aborted, even if what is waited for does not look at it. */
function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
