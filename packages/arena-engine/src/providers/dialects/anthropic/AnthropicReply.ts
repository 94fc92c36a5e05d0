import { FinishReason } from '../../ChatProvider';
import { count, isObject, Json, object, text } from '../../http/read';
import { carryState } from '../carriedState';
import { WireReply } from '../Dialect';
import { ReplyBuilder } from '../ReplyBuilder';

/** Name of the tool whose input is the answer. */
export const FORMAT_TOOL = 'give_answer';

const STOP_REASONS: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** A reply in blocks: texts, thoughts and tool calls. */
export class AnthropicReply extends ReplyBuilder {
  private readonly thoughts = new Map<number, Json>();
  private answerBlock?: number;
  private inputs = { fresh: 0, read: 0, written: 0 };

  /** @param hasFormatTool - whether the request had it: bundles may have a tool of the same name */
  constructor(private readonly hasFormatTool: boolean) {
    super();
  }

  addBlock(position: number, block: Json): void {
    switch (block.type) {
      case 'text':
        this.text += text(block.text) ?? '';
        break;
      case 'thinking':
      case 'redacted_thinking':
        this.thoughts.set(position, { ...block });
        this.addReasoning(text(block.thinking) ?? '');
        break;
      case 'tool_use': {
        // In a stream the input follows in pieces.
        const isWhole = isObject(block.input) && !isEmpty(block.input);
        const input = isWhole ? JSON.stringify(block.input) : '';
        if (this.hasFormatTool && block.name === FORMAT_TOOL) {
          this.answerBlock = position;
          this.text += input;
          break;
        }
        this.addCall(position, {
          id: text(block.id),
          name: text(block.name),
          arguments: input,
        });
        break;
      }
      default:
        // Blocks of the vendor's own tools say nothing here.
        break;
    }
  }

  addDelta(position: number, delta: Json): void {
    switch (delta.type) {
      case 'text_delta':
        this.text += text(delta.text) ?? '';
        break;
      case 'input_json_delta': {
        const piece = text(delta.partial_json) ?? '';
        if (position === this.answerBlock) this.text += piece;
        else this.addCall(position, { arguments: piece });
        break;
      }
      case 'thinking_delta':
        this.extendThought(position, 'thinking', text(delta.thinking));
        this.addReasoning(text(delta.thinking) ?? '');
        break;
      case 'signature_delta':
        this.extendThought(position, 'signature', text(delta.signature));
        break;
      default:
        break;
    }
  }

  setStopReason(reason: string | undefined): void {
    if (reason === undefined) return;
    this.finishReason = STOP_REASONS[reason] ?? 'other';
    if (this.answerBlock !== undefined && this.finishReason === 'tool_calls') {
      this.finishReason = 'stop';
    }
  }

  /** The counts come in parts; what is absent stays. */
  setUsage(value: unknown): void {
    const usage = object(value);
    if (!usage) return;
    const { inputs } = this;
    inputs.fresh = count(usage.input_tokens) ?? inputs.fresh;
    inputs.read = count(usage.cache_read_input_tokens) ?? inputs.read;
    inputs.written = count(usage.cache_creation_input_tokens) ?? inputs.written;
    const inputTokens = inputs.fresh + inputs.read + inputs.written;
    if (inputTokens > 0) this.usage.inputTokens = inputTokens;
    this.usage.cachedTokens = inputs.read;
    this.usage.outputTokens =
      count(usage.output_tokens) ?? this.usage.outputTokens;
  }

  override build(): WireReply {
    const reply = super.build();
    const [first] = reply.toolCalls;
    if (first && this.thoughts.size > 0) {
      carryState(first, [...this.thoughts.values()]);
    }
    return reply;
  }

  private extendThought(
    position: number,
    field: 'thinking' | 'signature',
    piece = '',
  ): void {
    const thought = this.thoughts.get(position);
    if (thought) thought[field] = (text(thought[field]) ?? '') + piece;
  }
}

function isEmpty(value: Json): boolean {
  return Object.keys(value).length === 0;
}
