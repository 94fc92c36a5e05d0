import { crc32 } from 'node:zlib';
import { anthropic, parseMessages } from './anthropic';
import { Frames, Json, refuse, string, Wire } from './Wire';

const PATH = /\/model\/([^/]+)\/invoke(-with-response-stream)?$/;

/**
 * Bedrock with models of Anthropic. The frames are the binary event stream of AWS, as latin1 text: whoever sends them writes each
 * character as one byte.
 */
export const bedrock: Wire = {
  ...anthropic,
  name: 'bedrock',
  streamType: 'application/vnd.amazon.eventstream',
  matches: path => PATH.test(path),

  parse(path, body, headers) {
    const auth = string(headers.authorization);
    if (!/^(AWS4-HMAC-SHA256 Credential=|Bearer )/.test(auth)) {
      refuse('Missing Authentication Token');
    }
    if (string(body.anthropic_version) === '') {
      refuse('anthropic_version: Field required');
    }
    const [, model = '', stream] = PATH.exec(path) ?? [];
    return {
      ...parseMessages(this.name, decodeURIComponent(model), body),
      stream: stream !== undefined,
    };
  },

  frames(call, reply, texts) {
    const { opening, pieces, closing } = anthropic.frames(call, reply, texts);
    return {
      opening: opening.map(encode),
      pieces: pieces.map(encode),
      closing: closing.map(encode),
    } satisfies Frames;
  },

  error: (_, message) => ({ message }),

  errorFrame: (message, code) =>
    frame(
      { ':message-type': 'exception', ':exception-type': code },
      JSON.stringify({ message }),
    ),
};

/** Wraps each server-sent event of a text into a message. */
function encode(events: string): string {
  return events
    .split('\n')
    .filter(line => line.startsWith('data: '))
    .map(line => {
      const bytes = Buffer.from(line.slice('data: '.length)).toString('base64');
      return frame(
        { ':message-type': 'event', ':event-type': 'chunk' },
        JSON.stringify({ bytes }),
      );
    })
    .join('');
}

function frame(headers: Json, payload: string): string {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const text = Buffer.from(String(value));
      const length = Buffer.alloc(2);
      length.writeUInt16BE(text.length);
      return Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        // The type: a string.
        Buffer.from([7]),
        length,
        text,
      ]);
    }),
  );
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const message = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([message, checksum(message)]).toString('latin1');
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
