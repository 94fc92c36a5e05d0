import {
  ItemError,
  ItemReport,
  PlanCell,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import { attemptCell, cellAt } from '@backstage-arena/plugin-arena-common/run';
import { BundleContent } from '../bundle/BundleContent';
import { ItemStopped } from '../conversation/errors';
import { ItemConversation } from '../conversation/ItemConversation';
import { withEmbedding } from '../dataset/withEmbedding';
import { withRow } from '../dataset/withRow';
import { ExecuteOptions, Runner, RunnerOptions } from '../Engine';
import { BudgetExhausted } from '../load/BudgetLedger';
import { Candidate } from '../plan/candidates';
import { ChatProvider } from '../providers/ChatProvider';
import { budgetOf } from '../providers/limits/budgetOf';
import { refuseEmbeddings } from '../providers/limits/requirePrices';
import { goDurationMs } from '../util/goDuration';
import { guardCalls } from './guardCalls';
import { ItemConversations } from './ItemConversations';
import { ItemSignal } from './ItemSignal';
import { describeError, Ending, reportItem } from './reportItem';
import { RowValidators } from './RowValidators';
import { openRunKit, RunKit } from './RunKit';

const DEFAULT_ITEM_TIMEOUT_MS = 300_000;
const DEFAULT_TRANSCRIPT_BYTES = 1024 * 1024;

/** Executes items of a plan with compiled scenarios and kept connections. */
export class BundleRunner implements Runner {
  private readonly timeoutMs: number;
  private readonly conversations: ItemConversations;
  private readonly rowValidators: RowValidators;

  private constructor(
    readonly plan: RunPlan,
    private readonly content: BundleContent,
    private readonly options: RunnerOptions,
    candidates: ReadonlyArray<Candidate | undefined>,
    providers: ReadonlyArray<ChatProvider | undefined>,
    private readonly kit: RunKit,
  ) {
    this.timeoutMs =
      options.itemTimeoutMs ??
      goDurationMs(content.arena.defaults.run_timeout) ??
      DEFAULT_ITEM_TIMEOUT_MS;
    this.conversations = new ItemConversations(
      content,
      options,
      candidates,
      providers,
      kit,
    );
    this.rowValidators = new RowValidators(content);
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
      conversation = this.conversations.of(cell, options, item.signal);
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
        validate: this.rowValidators.of(cell),
        secrets: this.kit.secrets,
      });
      if (!this.kit.rowEmbedder) return withIts;
      return await withEmbedding(withIts, {
        embedder: this.kit.rowEmbedder,
        item,
        signal: options.signal,
        beforeCall: guardCalls(options.beforeCall, item.signal),
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
      if (this.conversations.lacksProvider(cell)) {
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
