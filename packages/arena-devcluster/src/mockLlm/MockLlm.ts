/** A call that the model makes of a tool. @public */
export interface MockToolCall {
  id?: string;
  name: string;
  arguments: Record<string, unknown>;
}

/** What the server answers to one request. @public */
export interface MockLlmReply {
  text?: string;
  toolCalls?: MockToolCall[];
  /** Default: `stop`, or `tool_calls` with tool calls. */
  finish?: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  /** `input` includes `cached`. Default: a quarter of the bytes. */
  usage?: { input: number; output: number; cached?: number };
  /** Above 299: the answer is an error of the vendor's shape. Default 200. */
  status?: number;
  /** Of an error. */
  message?: string;
  /** Of an error: the vendor's machine-readable word. */
  code?: string;
  headers?: Record<string, string>;
  /** Sent in place of the answer, as it is. */
  raw?: string | Buffer;
  latencyMs?: number;
  chunks?: number;
  chunkIntervalMs?: number;
  /** The connection breaks after so many chunks (0: before any; without streaming: in the middle of the answer). */
  cutAfterChunks?: number;
  /** After so many chunks nothing more comes, and the connection stays open (0: nothing at all comes). */
  stallAfterChunks?: number;
  /** A streamed answer ends with an error event after its chunks. */
  breakOff?: { message: string; code: string };
}

/** A request in the words that all vendors share. @public */
export interface MockLlmRequest {
  /** Name of the API, for example `openai-chat`. */
  api: string;
  model: string;
  stream: boolean;
  system: string;
  messages: Array<{
    role: 'user' | 'assistant' | 'tool';
    content: string;
    /** How many images it has. */
    images: number;
  }>;
  /** Names of the tools that the model is told of. */
  tools: string[];
  /** Whether the answer must be JSON. */
  json: boolean;
  /** With the query. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Record<string, unknown>;
}

/** How the server answers. What a reply says itself wins. @public */
export interface MockLlmOptions {
  /** Where it listens. Default: `127.0.0.1`; for pods: `0.0.0.0`, or the `hostAddress` of their cluster. */
  host?: string;
  port?: number;
  /** Time from request to answer (streaming: to the first chunk), in milliseconds. Default 0. */
  latencyMs?: number;
  /** Chunks of a streamed answer. Default 5. */
  chunks?: number;
  /** Time between chunks, in milliseconds. Default 0. */
  chunkIntervalMs?: number;
  /** The answer to a conversation. Default: `ok`. */
  answer?: (messages: Array<{ role: string; content: string }>) => string;
  /** The same with everything that can be said, faults included. Wins over `answer`. */
  reply?: (request: MockLlmRequest) => MockLlmReply;
  /** Most calls that it works on at a time; the others wait. Default: no limit. */
  capacity?: number;
  /** Every n-th call is refused with this status instead. */
  refuse?: { every: number; status: number };
}

/** One call as the server saw it. @public */
export interface MockLlmCall {
  /** Milliseconds since the epoch, with fractions. */
  receivedAt: number;
  /** Absent while it is in flight, or when the client went away. */
  answeredAt?: number;
  status?: number;
  /** Content of the last user message. */
  user: string;
  /** Tokens that it charges for, from when it took the call on; absent when it refuses it. */
  usage?: { input: number; output: number; cached: number };
}

/** @public */
export interface MockLlm {
  /** `http://127.0.0.1:<port>` (or the host it was told to listen on): what Ollama, Gemini and clouds are given. */
  origin: string;
  /** The same with `/v1`: what clients of OpenAI and Anthropic are given. */
  url: string;
  port: number;
  calls: readonly MockLlmCall[];
  inFlight(): number;
  stop(): Promise<void>;
}
