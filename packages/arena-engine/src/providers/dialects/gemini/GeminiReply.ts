import { randomUUID } from 'node:crypto';
import { FinishReason } from '../../ChatProvider';
import { count, Json, object, text } from '../../http/read';
import { carryState } from '../carriedState';
import { ReplyBuilder } from '../ReplyBuilder';
import { readToolCall } from '../toolCalls';

const FINISH_REASONS: Record<string, FinishReason> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
};

/** A reply in parts: texts, thoughts and calls, which come whole. */
export class GeminiReply extends ReplyBuilder {
  addPart(part: Json): void {
    const call = object(part.functionCall);
    if (call) {
      const name = text(call.name) ?? '';
      // Without an id of the vendor's, one that no other turn has.
      const id = text(call.id) || `call_${randomUUID()}`;
      const read = readToolCall(this.callCount, id, name, call.args);
      const signature = text(part.thoughtSignature);
      this.addWholeCall(signature ? carryState(read, signature) : read);
      return;
    }
    const piece = text(part.text) ?? '';
    if (part.thought === true) this.addReasoning(piece);
    else this.text += piece;
  }

  setFinishReason(reason: string | undefined): void {
    if (reason === undefined || reason === 'FINISH_REASON_UNSPECIFIED') return;
    this.finishReason = FINISH_REASONS[reason] ?? 'other';
  }

  /** Each chunk repeats the counts so far. */
  setUsage(value: unknown): void {
    const usage = object(value);
    if (!usage) return;
    this.usage.inputTokens = count(usage.promptTokenCount);
    this.usage.cachedTokens = count(usage.cachedContentTokenCount);
    const answer = count(usage.candidatesTokenCount);
    const thoughts = count(usage.thoughtsTokenCount);
    if (answer !== undefined || thoughts !== undefined) {
      this.usage.outputTokens = (answer ?? 0) + (thoughts ?? 0);
    }
  }
}
