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
  /** Whom it called under which name. */
  private readonly called = new Map<string, ChatProvider>();

  constructor(
    private readonly options: Pick<ChatRequest, 'signal' | 'beforeCall'> & {
      /** Unique among all conversations of the process. */
      id: string;
    },
  ) {}

  readonly call: RoleCall = async (provider, request) => {
    const { id, signal, beforeCall } = this.options;
    const conversationId = `${id}/${request.script?.persona ?? 'judge'}`;
    this.called.set(conversationId, provider);
    const reply = await provider.chat({
      ...request,
      conversationId,
      signal,
      beforeCall,
    });
    addUse(this.totals, reply);
    return reply;
  };

  /** Gives up what providers hold for these calls. */
  end(): void {
    for (const [name, provider] of this.called) {
      provider.endConversation?.(name);
    }
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
