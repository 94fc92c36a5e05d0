import { randomUUID } from 'node:crypto';
import { RawData, WebSocket } from 'ws';

/** What a client of an agent gave a tool call. @public */
export interface ClientToolResult {
  result?: unknown;
  error?: string;
}

/** One turn of a conversation, as the agent's behaviour sees it. @public */
export interface AgentTurnControl {
  /** Text of the message. */
  readonly content: string;
  /** Messages of the user so far, this one included. */
  readonly history: readonly string[];
  /** The message as it was sent. */
  readonly message: Record<string, unknown>;
  chunk(text: string): void;
  /** Ends the turn. */
  done(content?: string): void;
  /** Ends the turn with an error. */
  error(code: string, message: string): void;
  /** Asks the client to run a tool. */
  callTool(
    name: string,
    args: Record<string, unknown>,
  ): Promise<ClientToolResult>;
  /** Sends anything, for faults. */
  raw(data: string | Buffer): void;
  /** Cuts the connection without a word. */
  drop(): void;
}

/** What the agent does with a message. @public */
export type AgentBehaviour = (turn: AgentTurnControl) => Promise<void> | void;

interface ToolCallInFlight {
  timer: NodeJS.Timeout;
  resolve: (result: ClientToolResult) => void;
}

/** A client acknowledges a tool call within this time, or it is taken for refused. */
const ACK_MS = 5_000;

/** A conversation; it outlives its connection, so that a client can resume it. */
export class AgentSession {
  readonly id = randomUUID();
  readonly history: string[] = [];
  private socket?: WebSocket;
  private isBusy = false;
  private toolCalls = new Map<string, ToolCallInFlight>();

  constructor(private readonly behaviour: AgentBehaviour) {}

  attach(socket: WebSocket, resumed: boolean): void {
    this.socket = socket;
    this.isBusy = false;
    this.send({
      type: 'connected',
      connected: {
        resumed,
        capabilities: {
          binary_frames: false,
          max_payload_size: 16 * 1024 * 1024,
          protocol_version: '1.0',
        },
      },
    });
  }

  async receive(data: RawData): Promise<void> {
    const message = JSON.parse(data.toString()) as Record<string, unknown>;
    if (message.session_id !== this.id) {
      this.fail('SESSION_NOT_FOUND', 'there is no such session');
      return;
    }
    if (message.type === 'message') await this.turn(message);
    else if (message.type === 'tool_call_ack') {
      const call = this.toolCalls.get(String(message.call_id));
      clearTimeout(call?.timer);
    } else if (message.type === 'tool_result') {
      const { call_id: id, ...result } = message.tool_result as {
        call_id: string;
      } & ClientToolResult;
      this.settle(id, result);
    } else this.fail('INVALID_MESSAGE', `unknown type ${String(message.type)}`);
  }

  send(message: { type: string } & Record<string, unknown>): void {
    this.socket?.send(
      JSON.stringify({
        ...message,
        session_id: this.id,
        timestamp: new Date().toISOString(),
      }),
    );
  }

  private fail(code: string, message: string): void {
    this.send({ type: 'error', error: { code, message } });
  }

  private async turn(message: Record<string, unknown>): Promise<void> {
    if (this.isBusy) {
      this.fail('RATE_LIMITED', 'a message is being answered');
      return;
    }
    this.isBusy = true;
    const content = typeof message.content === 'string' ? message.content : '';
    this.history.push(content);
    await this.behaviour({
      content,
      message,
      history: [...this.history],
      chunk: text => this.send({ type: 'chunk', content: text }),
      done: text => {
        this.isBusy = false;
        this.send({
          type: 'done',
          ...(text === undefined ? {} : { content: text }),
        });
      },
      error: (code, text) => {
        this.isBusy = false;
        this.fail(code, text);
      },
      callTool: (name, args) => this.callTool(name, args),
      raw: bytes => this.socket?.send(bytes),
      drop: () => this.socket?.terminate(),
    });
  }

  private callTool(
    name: string,
    args: Record<string, unknown>,
  ): Promise<ClientToolResult> {
    const id = `call-${randomUUID()}`;
    return new Promise(resolve => {
      const refuse = () =>
        this.settle(id, { error: 'the client did not acknowledge the call' });
      const timer = setTimeout(refuse, ACK_MS);
      this.toolCalls.set(id, { timer, resolve });
      this.send({
        type: 'tool_call',
        tool_call: { id, name, arguments: args },
      });
    });
  }

  private settle(id: string, result: ClientToolResult): void {
    const call = this.toolCalls.get(id);
    this.toolCalls.delete(id);
    clearTimeout(call?.timer);
    call?.resolve(result);
  }
}
