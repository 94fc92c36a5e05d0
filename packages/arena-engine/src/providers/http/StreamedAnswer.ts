import { ChatRequest, ProviderError } from '../ChatProvider';
import { Dialect, StreamReader, WireReply } from '../dialects/Dialect';
import { Framing } from './framing';
import { parseJson } from './parseJson';

/** What OpenAI and its many followers send after the last event. */
const END_MARK = '[DONE]';

/** Reads one streamed answer as it comes. */
export class StreamedAnswer {
  /** From the request to the first piece of text, thought or call; absent before that. */
  ttftMs?: number;
  private readonly reader: StreamReader;
  private readonly framing: Framing;
  private readonly watch: ChatRequest['watch'];
  private readonly meter: ChatRequest['meter'];
  private metered = 0;
  private seen = 0;
  private isCut = false;

  constructor(dialect: Dialect, request: ChatRequest) {
    this.reader = dialect.readStream(request);
    this.framing = dialect.createFraming();
    this.watch = request.watch;
    this.meter = request.meter;
  }

  get hadOutput(): boolean {
    return this.ttftMs !== undefined;
  }

  /** @throws ProviderError when the stream says that the call failed, or cannot be read */
  feed(chunk: Buffer, sentAt: number): 'more' | 'done' | 'cut' {
    const { reply } = this.reader;
    this.framing.feed(chunk, this.onEvent);
    if (this.ttftMs === undefined && reply.hasOutput) {
      this.ttftMs = performance.now() - sentAt;
    }
    if (this.meter && reply.outputLength > this.metered) {
      this.metered = reply.outputLength;
      this.meter.grew(performance.now());
    }
    if (this.isCut) return 'cut';
    return reply.isComplete ? 'done' : 'more';
  }

  /** @throws ProviderError when the stream ended in the middle of the reply */
  finish(): WireReply {
    const { reply } = this.reader;
    if (!this.isCut && !reply.isComplete) this.framing.end(this.onEvent);
    if (this.isCut) return { ...reply.build(), finishReason: 'cut' };
    if (!reply.isComplete && reply.finishReason === undefined) {
      throw new ProviderError(
        'connection',
        'The stream ended before the reply was complete',
        true,
      );
    }
    return reply.build();
  }

  /** @returns true when the rest is not wanted */
  private readonly onEvent = (data: string): boolean => {
    const { reply } = this.reader;
    const event = parseJson(data);
    if (event === undefined && data !== END_MARK) {
      throw new ProviderError(
        'provider',
        `The provider sent an event that cannot be read: ${data}`,
        true,
      );
    }
    this.reader.read(event, data);
    if (this.watch && reply.text.length > this.seen) {
      this.seen = reply.text.length;
      this.isCut = this.watch(reply.text);
    }
    return this.isCut || reply.isComplete;
  };
}
