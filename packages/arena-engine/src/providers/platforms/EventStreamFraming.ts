import type { EventStreamCodec } from '@smithy/core/event-streams';
import { ProviderError } from '../ChatProvider';
import { Framing } from '../http/framing';
import { parseJson } from '../http/parseJson';
import { object, text } from '../http/read';

/** A message begins with its length. */
const LENGTH_BYTES = 4;

/** The binary event stream of AWS, with an event of Anthropic in each message. */
export class EventStreamFraming implements Framing {
  private rest = Buffer.alloc(0);

  private constructor(private readonly codec: EventStreamCodec) {}

  /** Loads the codec, which only those need who use Bedrock. */
  static async load(): Promise<() => EventStreamFraming> {
    const [{ EventStreamCodec: Codec }, { toUtf8, fromUtf8 }] =
      await Promise.all([
        import('@smithy/core/event-streams'),
        import('@smithy/core/serde'),
      ]);
    const codec = new Codec(toUtf8, fromUtf8);
    return () => new EventStreamFraming(codec);
  }

  feed(chunk: Buffer, onEvent: (data: string) => boolean): boolean {
    let bytes =
      this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let isDone = false;
    while (!isDone && bytes.length >= LENGTH_BYTES) {
      const length = bytes.readUInt32BE(0);
      if (bytes.length < length) break;
      isDone = onEvent(this.read(bytes.subarray(0, length)));
      bytes = bytes.subarray(length);
    }
    this.rest = bytes;
    return isDone;
  }

  end(): boolean {
    return false;
  }

  private read(message: Buffer): string {
    const { headers, body } = this.decode(message);
    const payload = Buffer.from(body).toString('utf8');
    const parsed = object(parseJson(payload));
    if (headers[':message-type']?.value !== 'event') {
      const name =
        headers[':exception-type']?.value ?? headers[':error-code']?.value;
      return JSON.stringify({
        type: 'error',
        error: { type: String(name), message: parsed?.message ?? payload },
      });
    }
    const bytes = text(parsed?.bytes);
    return bytes === undefined
      ? payload
      : Buffer.from(bytes, 'base64').toString('utf8');
  }

  private decode(message: Buffer): ReturnType<EventStreamCodec['decode']> {
    try {
      return this.codec.decode(message);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ProviderError(
        'provider',
        `The provider sent an event that cannot be read: ${reason}`,
        true,
      );
    }
  }
}
