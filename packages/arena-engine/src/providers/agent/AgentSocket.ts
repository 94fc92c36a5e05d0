import { IncomingMessage } from 'node:http';
import { RawData, WebSocket } from 'ws';
import { ProviderError } from '../ChatProvider';
import {
  breachError,
  connectionError,
  silenceError,
  upgradeError,
} from './agentErrors';
import { AgentMessage, MAX_MESSAGE_BYTES, readAgentMessage } from './protocol';
import { proxyAgent } from './proxyAgent';

const MAX_REFUSAL_BYTES = 4_096;
const CLOSE_GRACE_MS = 1_000;
/** Most bytes that an agent may send unasked, between two turns. */
const MAX_UNASKED_BYTES = MAX_MESSAGE_BYTES;

/** Who listens to an agent. */
export interface AgentListener {
  /** @param bytes - size of the message on the wire */
  message(message: AgentMessage | undefined, bytes: number): void;
  failed(error: ProviderError): void;
}

export interface AgentSocketOptions {
  url: URL;
  headers: Record<string, string>;
  handshakeTimeoutMs: number;
  /** For the first message of the agent, once the connection is open. */
  connectedTimeoutMs: number;
  signal: AbortSignal;
}

/** A WebSocket to an agent that has said `connected`. */
export class AgentSocket {
  /** Why the connection is of no more use. */
  failure?: ProviderError;
  sessionId = '';
  resumed = false;
  /** Largest message that the agent takes, in bytes. */
  maxPayload = MAX_MESSAGE_BYTES;
  private listener?: AgentListener;
  private unaskedBytes = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data, isBinary) => this.received(data, isBinary));
    socket.on('error', error =>
      this.fail(
        /max payload size/i.test(error.message)
          ? breachError(
              `The agent sent a message of more than ${MAX_MESSAGE_BYTES} bytes`,
            )
          : connectionError(`The agent cannot be reached: ${say(error)}`),
      ),
    );
    socket.on('close', (code, reason) =>
      this.fail(
        connectionError(
          `The agent closed the connection (${code}${
            reason.length > 0 ? `: ${reason.toString('utf8')}` : ''
          })`,
        ),
      ),
    );
  }

  /** @throws ProviderError when there is no connection, or the signal's reason. */
  static async open(options: AgentSocketOptions): Promise<AgentSocket> {
    const { url, headers, signal } = options;
    signal.throwIfAborted();
    const socket = new WebSocket(url, {
      headers,
      agent: proxyAgent(url),
      handshakeTimeout: options.handshakeTimeoutMs,
      maxPayload: MAX_MESSAGE_BYTES,
      // A small frame could otherwise unpack to any size.
      perMessageDeflate: false,
    });
    const opened = new AgentSocket(socket);
    try {
      await opened.greet(socket, options);
    } catch (error) {
      socket.terminate();
      throw error;
    }
    return opened;
  }

  listen(listener: AgentListener | undefined): void {
    this.listener = listener;
    this.unaskedBytes = 0;
  }

  /** @throws ProviderError when the message is too large or the connection is gone. */
  send(message: { type: string } & Record<string, unknown>): void {
    if (this.failure) throw this.failure;
    const text = JSON.stringify({ ...message, session_id: this.sessionId });
    const bytes = Buffer.byteLength(text);
    if (bytes > this.maxPayload) {
      throw new ProviderError(
        'invalid_request',
        `The message has ${bytes} bytes, the agent takes at most ${this.maxPayload}`,
        false,
      );
    }
    this.socket.send(text, error => {
      if (error) {
        this.fail(
          connectionError(`Sending to the agent failed: ${say(error)}`),
        );
      }
    });
  }

  /** Ends the connection for the given reason. */
  fail(error: ProviderError): void {
    if (this.failure) return;
    this.failure = error;
    this.socket.terminate();
    this.listener?.failed(error);
  }

  /** Says goodbye; resolves when the connection is closed. */
  async close(): Promise<void> {
    if (!this.failure) {
      this.failure = connectionError('The conversation is over');
      this.listener?.failed(this.failure);
    }
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>(resolve =>
      this.socket.once('close', () => resolve()),
    );
    const timer = setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS);
    this.socket.close(1000);
    await closed.finally(() => clearTimeout(timer));
  }

  private greet(
    socket: WebSocket,
    { signal, connectedTimeoutMs }: AgentSocketOptions,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (end: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        this.listener = undefined;
        end();
      };
      function stop() {
        settle(() => reject(signal.reason));
      }
      signal.addEventListener('abort', stop, { once: true });
      socket.on('unexpected-response', (_, response) => {
        readRefusal(response).then(error => this.fail(error));
      });
      socket.once('open', () => {
        timer = setTimeout(
          () =>
            this.fail(
              silenceError(
                `The agent did not say "connected" within ${connectedTimeoutMs} ms`,
              ),
            ),
          connectedTimeoutMs,
        );
      });
      this.listener = {
        message: message => {
          if (message?.type === 'connected') settle(resolve);
          else if (message?.type === 'error') {
            const { code, message: text } = message.error;
            this.fail(
              connectionError(
                `The agent refused the conversation with ${code}: ${text}`,
              ),
            );
          } else if (message) {
            this.fail(
              breachError(
                `The agent's first message is "${message.type}" and not "connected"`,
              ),
            );
          }
        },
        failed: error => settle(() => reject(error)),
      };
    });
  }

  private received(data: RawData, isBinary: boolean): void {
    if (this.failure) return;
    const text = isBinary ? undefined : data.toString();
    const bytes = text === undefined ? 0 : Buffer.byteLength(text);
    if (text === undefined) {
      this.fail(breachError('The agent sent a binary message unasked'));
      return;
    }
    let message: AgentMessage | undefined;
    try {
      message = readAgentMessage(text);
    } catch (error) {
      this.fail(
        new ProviderError(
          'provider',
          `A message of the agent cannot be read: ${say(error)}`,
          true,
        ),
      );
      return;
    }
    if (message?.type === 'connected') this.connected(message);
    if (this.failure) return;
    if (this.listener) {
      this.listener.message(message, bytes);
      return;
    }
    this.unaskedBytes += bytes;
    if (this.unaskedBytes > MAX_UNASKED_BYTES) {
      this.fail(breachError('The agent does not stop talking between turns'));
    }
  }

  private connected(message: Extract<AgentMessage, { type: 'connected' }>) {
    if (this.sessionId && this.sessionId !== message.session_id) {
      this.fail(
        connectionError('The agent began a new session in mid-conversation'),
      );
      return;
    }
    this.sessionId = message.session_id;
    this.resumed = message.connected?.resumed ?? false;
    const limit = message.connected?.capabilities?.max_payload_size;
    if (limit) this.maxPayload = Math.min(limit, MAX_MESSAGE_BYTES);
  }
}

async function readRefusal(response: IncomingMessage): Promise<ProviderError> {
  let text = '';
  try {
    for await (const part of response.setEncoding('utf8')) {
      text += part;
      if (text.length > MAX_REFUSAL_BYTES) break;
    }
  } catch {
    // The status says enough.
  }
  response.destroy();
  return upgradeError(response.statusCode ?? 0, text);
}

function say(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node leaves the message empty when it tried several addresses.
  const code: unknown = Reflect.get(error, 'code');
  return error.message || (typeof code === 'string' ? code : error.name);
}
