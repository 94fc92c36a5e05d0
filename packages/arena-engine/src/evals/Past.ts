import {
  ConversationMessage,
  ToolCallJoiner,
  ToolCallRecord,
} from '../conversation/messages';
import { addUse, noUse } from '../conversation/RoleCalls';
import { Quirks } from '../quirks/quirks';

/** What there was of a conversation after some message: it grows with the conversation, as checks look at each reply of it. */
export class Past {
  readonly messages: ConversationMessage[] = [];
  readonly totals = noUse();
  /** The last reply. */
  last?: ConversationMessage;
  private readonly calls: ToolCallJoiner;

  constructor({ callIdsRepeat }: Quirks) {
    this.calls = new ToolCallJoiner(callIdsRepeat);
  }

  get toolCalls(): readonly ToolCallRecord[] {
    return this.calls.records;
  }

  add(message: ConversationMessage): void {
    this.messages.push(message);
    this.calls.add(message);
    if (message.role === 'assistant') this.last = message;
    addUse(this.totals, {
      inputTokens: message.inputTokens ?? 0,
      outputTokens: message.outputTokens ?? 0,
      cachedTokens: message.cachedTokens ?? 0,
      cost: message.cost ?? 0,
    });
  }
}
