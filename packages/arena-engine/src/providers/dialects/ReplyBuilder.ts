import { ToolCall } from '../../conversation/messages';
import { FinishReason } from '../ChatProvider';
import { Usage, WireReply } from './Dialect';
import { readToolCall } from './toolCalls';

interface PendingCall {
  id?: string;
  name: string;
  arguments: string;
  whole?: ToolCall;
}

/** Collects a reply from its pieces. */
export class ReplyBuilder {
  text = '';
  finishReason?: FinishReason;
  /** The dialect said that nothing more comes. */
  isComplete = false;
  readonly usage: Usage = {};
  private reasoning = '';
  private callLength = 0;
  private readonly calls = new Map<number, PendingCall>();

  /** True as soon as the model said anything. */
  get hasOutput(): boolean {
    return this.text !== '' || this.reasoning !== '' || this.calls.size > 0;
  }

  /** Grows with every piece that says something. */
  get outputLength(): number {
    return this.text.length + this.reasoning.length + this.callLength;
  }

  get callCount(): number {
    return this.calls.size;
  }

  addReasoning(text: string): void {
    this.reasoning += text;
  }

  /** Adds a piece of the call at a position. */
  addCall(
    position: number,
    piece: { id?: string; name?: string; arguments?: string },
  ): void {
    const known = this.calls.get(position);
    // Some servers number all calls of a reply alike.
    const isOther = known?.id && piece.id && known.id !== piece.id;
    const call = isOther ? undefined : known;
    const target = call ?? { name: '', arguments: '' };
    target.id ??= piece.id;
    target.name += piece.name ?? '';
    target.arguments += piece.arguments ?? '';
    this.callLength +=
      (piece.name?.length ?? 0) + (piece.arguments?.length ?? 0);
    if (!call) this.calls.set(isOther ? this.calls.size : position, target);
  }

  /** Adds a call that came in one piece. */
  addWholeCall(call: ToolCall): void {
    this.callLength += call.name.length;
    this.calls.set(this.calls.size, {
      name: call.name,
      arguments: '',
      whole: call,
    });
  }

  build(): WireReply {
    const toolCalls = [...this.calls]
      .sort(([a], [b]) => a - b)
      .map(
        ([position, { whole, id, name, arguments: args }]) =>
          whole ?? readToolCall(position, id, name, args),
      );
    return {
      content: this.text,
      toolCalls,
      ...(this.reasoning === '' ? {} : { reasoning: this.reasoning }),
      finishReason: this.finishReason ?? 'other',
      usage: this.usage,
    };
  }
}
