import { ContextPolicy } from '../bundle/schemas/scenario';
import {
  afterResults,
  ContextFit,
  dropOldest,
  firstThatFits,
  measureContext,
  tooLarge,
} from './measureContext';
import { LimitReached } from '../conversation/errors';
import { ConversationMessage } from '../conversation/messages';
import { ProviderError } from '../providers/ChatProvider';
import { Quirks } from '../quirks/quirks';
import { keepRelevant } from './relevance';
import { summaryInput, summaryMessage } from './summary';

/** Part of the room that a summary may take. */
const SUMMARY_SHARE = 0.25;

export interface ContextWindowOptions {
  policy: ContextPolicy;
  quirks: Quirks;
  /** Puts a conversation, written as one text, into fewer words. */
  summarise: (text: string, maxTokens: number) => Promise<string>;
  /** Vectors of texts, in their order. */
  embed: (texts: readonly string[]) => Promise<number[][]>;
  log?: (line: string) => void;
}

/** What one conversation sends when all of it is too much. */
export class ContextWindow {
  /** Of the first `count` messages. */
  private summary?: { count: number; text: string };
  private readonly vectors = new Map<string, number[]>();

  constructor(private readonly options: ContextWindowOptions) {}

  /** @throws LimitReached in strict runs, when what must be sent does not fit. */
  async fit(
    system: string,
    messages: readonly ConversationMessage[],
  ): Promise<ConversationMessage[]> {
    const { policy, quirks } = this.options;
    const fit = measureContext({ policy, system, messages, quirks });
    if (!fit) return [...messages];
    if (policy.strategy === 'summarize' && !quirks.summariesNotMade) {
      return this.summarised(messages, fit);
    }
    if (policy.strategy === 'relevance') {
      const relevant = await this.relevant(messages, fit);
      if (relevant) return relevant;
    }
    return dropOldest(messages, fit, this.options);
  }

  private async summarised(
    messages: readonly ConversationMessage[],
    { available, sizes }: ContextFit,
  ): Promise<ConversationMessage[]> {
    const room = Math.floor(available * SUMMARY_SHARE);
    let first = firstThatFits(sizes, available - room);
    if (first === messages.length) {
      // The current message alone may need the room of the summary.
      if (sizes[first - 1] > available) throw tooLarge(sizes, available);
      return messages.slice(-1);
    }
    first = afterResults(messages, first);
    if (this.summary?.count !== first) {
      const known =
        this.summary && this.summary.count < first ? this.summary : undefined;
      this.summary = {
        count: first,
        text: await this.options.summarise(
          summaryInput(known?.text, messages.slice(known?.count ?? 0, first)),
          Math.max(room, 1),
        ),
      };
    }
    return [summaryMessage(this.summary.text, room), ...messages.slice(first)];
  }

  /** Undefined where embeddings cannot be had and the run goes on without. */
  private async relevant(
    messages: readonly ConversationMessage[],
    fit: ContextFit,
  ): Promise<ConversationMessage[] | undefined> {
    const { policy, quirks, log } = this.options;
    const { relevance } = policy;
    if (!relevance) return undefined;
    try {
      return await keepRelevant(messages, fit, relevance, texts =>
        this.embed(texts, relevance.cache_embeddings ?? true),
      );
    } catch (error) {
      const isFault =
        error instanceof ProviderError || error instanceof LimitReached;
      if (!isFault || !quirks.trimmedForGood) throw error;
      log?.(`warning: context strategy relevance: ${error}; the oldest go`);
      return undefined;
    }
  }

  private async embed(
    texts: readonly string[],
    isCached: boolean,
  ): Promise<number[][]> {
    if (!isCached) return this.options.embed(texts);
    const missing = [...new Set(texts)].filter(text => !this.vectors.has(text));
    if (missing.length > 0) {
      const made = await this.options.embed(missing);
      missing.forEach((text, index) => this.vectors.set(text, made[index]));
    }
    return texts.map(text => this.vectors.get(text) ?? []);
  }
}
