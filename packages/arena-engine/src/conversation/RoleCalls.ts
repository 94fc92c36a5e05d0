import {
  ChatProvider,
  ChatReply,
  ChatRequest,
} from '../providers/ChatProvider';

/** What a call says itself; the rest is the same for all calls of an item. */
export type ConversationCall = Omit<
  ChatRequest,
  'conversationId' | 'signal' | 'beforeCall'
>;

/** How somebody else than the system under test is called on behalf of an item. */
export type RoleCall = (
  provider: ChatProvider,
  request: ConversationCall,
) => Promise<ChatReply>;

/** Tokens, and US dollars. */
export interface Use {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  cost: number;
}

/** Calls judges and simulated users, and counts what they use. */
export class RoleCalls {
  readonly totals: Use = noUse();
  /** The conversations that are open with each provider. */
  private readonly open = new Map<ChatProvider, Set<string>>();
  private questions = 0;

  constructor(
    private readonly options: Pick<ChatRequest, 'signal' | 'beforeCall'> & {
      /** Unique among all conversations of the process. */
      id: string;
      /** Told what each call used. */
      onUse?: (used: Use) => void;
    },
  ) {}

  readonly call: RoleCall = async (provider, request) => {
    const { signal, beforeCall } = this.options;
    const conversationId = this.conversationOf(provider, request);
    try {
      const reply = await provider.chat({
        ...request,
        conversationId,
        signal,
        beforeCall,
      });
      this.addUse(reply);
      return reply;
    } finally {
      // A question has one answer.
      if (!request.script) provider.endConversation?.(conversationId);
    }
  };

  /** Something else than a reply was used, for the same purpose. */
  addUse(used: Use): void {
    addUse(this.totals, used);
    this.options.onUse?.(used);
  }

  /** Gives up what providers hold for these calls. */
  end(): void {
    for (const [provider, names] of this.open) {
      names.forEach(name => provider.endConversation?.(name));
    }
    this.open.clear();
  }

  /** Whoever plays a user goes on where the last turn ended; other questions have nothing to do with each other. */
  private conversationOf(
    provider: ChatProvider,
    { script }: ConversationCall,
  ): string {
    const { id } = this.options;
    if (!script) {
      this.questions += 1;
      return `${id}/question/${this.questions}`;
    }
    const name = `${id}/persona/${script.persona ?? ''}`;
    const names = this.open.get(provider) ?? new Set();
    this.open.set(provider, names.add(name));
    return name;
  }
}

export function noUse(): Use {
  return { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cost: 0 };
}

export function addUse(totals: Use, used: Use): void {
  totals.inputTokens += used.inputTokens;
  totals.outputTokens += used.outputTokens;
  totals.cachedTokens += used.cachedTokens;
  totals.cost += used.cost;
}
