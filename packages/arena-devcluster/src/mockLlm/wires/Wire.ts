import { MockLlmReply, MockLlmRequest } from '../MockLlm';

export type Json = Record<string, unknown>;

/** A reply with all that was left open filled in. */
export interface FullReply {
  id: string;
  text: string;
  toolCalls: Array<{ id: string; name: string; arguments: Json }>;
  finish: NonNullable<MockLlmReply['finish']>;
  usage: { input: number; output: number; cached: number };
}

/** Everything but what the HTTP request says by itself. */
export interface ParsedCall
  extends Omit<MockLlmRequest, 'path' | 'headers' | 'body'> {
  /** Whether a stream tells what it used, where that is on request. */
  includeUsage?: boolean;
}

/** A streamed answer, ready to be sent. */
export interface Frames {
  opening: string[];
  /** What is paced: a frame for each piece of text, and for each tool call. */
  pieces: string[];
  closing: string[];
}

/** The wire format of one API. */
export interface Wire {
  readonly name: string;
  /** Whether a path (without query) belongs to this API. */
  matches(path: string): boolean;
  /** @throws Error when the vendor would refuse the request; the message says why. */
  parse(
    path: string,
    body: Json,
    headers: MockLlmRequest['headers'],
  ): ParsedCall;
  whole(call: ParsedCall, reply: FullReply): Json;
  frames(call: ParsedCall, reply: FullReply, texts: string[]): Frames;
  error(status: number, message: string, code: string | undefined): Json;
  /** An error in the middle of a stream. */
  errorFrame(message: string, code: string): string;
  readonly streamType: string;
}

export function refuse(message: string): never {
  throw new Error(message);
}

export function need(body: Json, ...fields: string[]): void {
  for (const field of fields) {
    if (body[field] === undefined) refuse(`${field}: Field required`);
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The text of content that is a string, or a list of parts. */
export function textOf(content: unknown): string {
  return typeof content === 'string'
    ? content
    : objects(content)
        .map(part => string(part.text))
        .join('');
}

export function sse(data: Json, event?: string): string {
  return `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
}

/** Splits the JSON of arguments in two, as vendors send it in pieces. */
export function halves(args: Json): [string, string] {
  const json = JSON.stringify(args);
  const middle = Math.ceil(json.length / 2);
  return [json.slice(0, middle), json.slice(middle)];
}
