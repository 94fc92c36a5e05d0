import { ServerResponse } from 'node:http';
import { MockLlmReply } from './MockLlm';
import { FullReply, ParsedCall, Wire } from './wires/Wire';

export interface Pacing {
  chunks: number;
  chunkIntervalMs: number;
}

/** Sends what was asked for: an answer, an error, or something that is broken. */
export async function sendReply(
  response: ServerResponse,
  wire: Wire,
  call: ParsedCall,
  reply: MockLlmReply,
  full: FullReply,
  pacing: Pacing,
): Promise<void> {
  const { status = 200, headers = {}, raw } = reply;
  if (reply.stallAfterChunks === 0) return;
  if (reply.cutAfterChunks === 0) {
    response.destroy();
    return;
  }
  if (raw !== undefined) {
    const type = call.stream ? wire.streamType : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(raw);
    return;
  }
  if (status > 299) {
    const text = reply.message ?? 'refused';
    sendJson(response, status, wire.error(status, text, reply.code), headers);
    return;
  }
  if (call.stream) {
    response.writeHead(200, { 'content-type': wire.streamType, ...headers });
    await sendFrames(response, wire, call, reply, full, pacing);
    return;
  }
  if (reply.cutAfterChunks !== undefined) {
    const json = JSON.stringify(wire.whole(call, full));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(json)),
    });
    response.write(json.slice(0, json.length / 2), () => response.destroy());
    return;
  }
  sendJson(response, 200, wire.whole(call, full), headers);
}

async function sendFrames(
  response: ServerResponse,
  wire: Wire,
  call: ParsedCall,
  reply: MockLlmReply,
  full: FullReply,
  { chunks, chunkIntervalMs }: Pacing,
): Promise<void> {
  const { opening, pieces, closing } = wire.frames(
    call,
    full,
    split(full.text, chunks),
  );
  const write = (text: string) => response.write(text, encodingOf(wire));
  let sent = 0;
  for (const piece of pieces) {
    if (sent > 0) await sleep(chunkIntervalMs);
    if (response.destroyed) return;
    write(sent === 0 ? opening.join('') + piece : piece);
    sent++;
    if (sent === reply.stallAfterChunks) return;
    if (sent === reply.cutAfterChunks) {
      // What was written so far must arrive.
      response.write('', () => response.destroy());
      return;
    }
  }
  if (pieces.length === 0) write(opening.join(''));
  if (reply.breakOff) {
    write(wire.errorFrame(reply.breakOff.message, reply.breakOff.code));
    response.end();
    return;
  }
  response.end(closing.join(''), encodingOf(wire));
}

function encodingOf(wire: Wire): BufferEncoding {
  return wire.streamType.includes('amazon') ? 'latin1' : 'utf8';
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** Splits a text into so many pieces at most, never within a character. */
function split(text: string, chunks: number): string[] {
  const characters = [...text];
  const pieces = Math.max(1, Math.min(chunks, characters.length));
  const size = Math.max(1, Math.ceil(characters.length / pieces));
  const texts: string[] = [];
  for (let at = 0; at < characters.length; at += size) {
    texts.push(characters.slice(at, at + size).join(''));
  }
  return texts;
}

export function sleep(ms: number): Promise<void> {
  return ms > 0
    ? new Promise(resolve => setTimeout(resolve, ms))
    : Promise.resolve();
}
