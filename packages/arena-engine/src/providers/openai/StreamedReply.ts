import { ToolCall } from '../../conversation/messages';
import { Chunk, readToolCall, Usage } from './wire';

/** Puts a reply together from its chunks. */
export class StreamedReply {
  content = '';
  finishReason = '';
  usage?: Usage;
  ttftMs?: number;
  private readonly calls = new Map<
    number,
    { id?: string; name: string; arguments: string }
  >();

  constructor(private readonly startedAt: number) {}

  add(chunk: Chunk): void {
    if (chunk.usage) this.usage = chunk.usage;
    const choice = chunk.choices?.[0];
    if (!choice) return;
    if (choice.finish_reason) this.finishReason = choice.finish_reason;
    const { content, tool_calls: calls } = choice.delta ?? {};
    if (content || calls?.length) {
      this.ttftMs ??= performance.now() - this.startedAt;
    }
    this.content += content ?? '';
    for (const [position, delta] of (calls ?? []).entries()) {
      const index = delta.index ?? position;
      const call = this.calls.get(index) ?? { name: '', arguments: '' };
      call.id ??= delta.id ?? undefined;
      call.name += delta.function?.name ?? '';
      call.arguments += delta.function?.arguments ?? '';
      this.calls.set(index, call);
    }
  }

  get toolCalls(): ToolCall[] {
    return [...this.calls]
      .sort(([a], [b]) => a - b)
      .map(([index, call]) =>
        readToolCall(index, call.id, call.name, call.arguments),
      );
  }
}
