import { ToolCall } from '../../conversation/messages';
import { ToolOutcome } from '../../tools/Tool';
import { ProviderError } from '../ChatProvider';
import { agentError, breachError, silenceError } from './agentErrors';
import { AgentListener, AgentSocket } from './AgentSocket';
import { AgentTurn, TurnReply } from './AgentTurn';
import { AgentMessage, MAX_MESSAGE_BYTES } from './protocol';

/** Limits of one answer: beyond them an agent is taken to be broken. */
const MAX_TURN_BYTES = 2 * MAX_MESSAGE_BYTES;
const MAX_TURN_MESSAGES = 100_000;
const MAX_TURN_TOOL_CALLS = 100;

export interface RunningTurnOptions {
  socket: AgentSocket;
  signal: AbortSignal;
  /** For the first message of the agent, in milliseconds. */
  requestTimeoutMs: number;
  /** Between two messages. */
  idleTimeoutMs: number;
  /** As of a chat request. */
  watch?: (text: string) => boolean;
  /** Told once when `watch` cuts the answer; the turn still goes on until the agent ends it. */
  onCut: (reply: TurnReply) => void;
  /** Runs a tool for the agent and sends it what came of it. @param isCut - nobody waits for the answer any more */
  answerTool: (call: ToolCall, isCut: boolean) => Promise<ToolOutcome>;
}

/** Follows one turn from the message that is sent to the agent's last word. */
export class RunningTurn implements AgentListener {
  private readonly turn = new AgentTurn(performance.now());
  private readonly toolCalls = new Set<string>();
  private pendingTools = 0;
  private messages = 0;
  private bytes = 0;
  private isCut = false;
  private isOver = false;
  private timer?: NodeJS.Timeout;
  private resolve: (reply: TurnReply) => void = () => undefined;
  private reject: (reason: unknown) => void = () => undefined;

  constructor(private readonly options: RunningTurnOptions) {}

  /** @throws ProviderError, or the signal's reason; then the connection is given up. */
  run(message: Record<string, unknown>): Promise<TurnReply> {
    const { socket, signal, requestTimeoutMs } = this.options;
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      if (signal.aborted) {
        this.stop();
        return;
      }
      signal.addEventListener('abort', this.stop, { once: true });
      socket.listen(this);
      this.expect(requestTimeoutMs, 'did not answer');
      try {
        socket.send({ type: 'message', ...message });
      } catch (error) {
        this.fail(error);
      }
    });
  }

  failed(error: ProviderError): void {
    this.fail(error);
  }

  message(message: AgentMessage | undefined, bytes: number): void {
    this.turn.begun();
    this.messages += 1;
    this.bytes += bytes;
    if (this.bytes > MAX_TURN_BYTES || this.messages > MAX_TURN_MESSAGES) {
      this.giveUp(
        breachError(
          `The agent's answer is longer than ${MAX_TURN_BYTES} bytes or ${MAX_TURN_MESSAGES} messages`,
        ),
      );
      return;
    }
    this.expectMore();
    if (message) this.handle(message);
  }

  private handle(message: AgentMessage): void {
    switch (message.type) {
      case 'chunk':
        this.turn.chunk(message);
        if (!this.isCut && this.options.watch?.(this.turn.content)) {
          this.isCut = true;
          this.options.onCut(this.turn.reply());
        }
        break;
      case 'done':
        this.turn.done(message);
        this.end();
        this.resolve(this.turn.reply());
        break;
      case 'error':
        this.fail(agentError(message.error.code, message.error.message));
        break;
      case 'tool_call': {
        const { id, name, arguments: args } = message.tool_call;
        this.toolCalled({ id, name, arguments: args ?? {} });
        break;
      }
      default:
      // A result of a tool that the agent runs itself says nothing about the call.
    }
  }

  private toolCalled(call: ToolCall): void {
    if (this.toolCalls.has(call.id)) return;
    this.toolCalls.add(call.id);
    if (this.toolCalls.size > MAX_TURN_TOOL_CALLS) {
      this.giveUp(
        breachError(
          `The agent asked for more than ${MAX_TURN_TOOL_CALLS} tool calls in one turn`,
        ),
      );
      return;
    }
    this.pendingTools += 1;
    clearTimeout(this.timer);
    this.options.answerTool(call, this.isCut).then(
      outcome => {
        this.pendingTools -= 1;
        if (this.isOver) return;
        this.turn.toolCalled(call, outcome);
        this.expectMore();
      },
      error => {
        this.fail(error);
        this.giveUp(stopped());
      },
    );
  }

  private expectMore(): void {
    this.expect(this.options.idleTimeoutMs, 'did not go on with its answer');
  }

  private expect(ms: number, what: string): void {
    clearTimeout(this.timer);
    // An agent that waits for us is not silent.
    if (this.pendingTools > 0) return;
    this.timer = setTimeout(
      () => this.giveUp(silenceError(`The agent ${what} within ${ms} ms`)),
      ms,
    );
  }

  private readonly stop = () => {
    // What is cut was answered already; whoever asked is done with it.
    if (this.isCut) return;
    this.fail(this.options.signal.reason);
    // There is no way to call an agent off.
    this.giveUp(stopped());
  };

  private giveUp(error: ProviderError): void {
    this.options.socket.fail(error);
  }

  private fail(reason: unknown): void {
    if (this.isOver) return;
    this.end();
    this.reject(reason);
  }

  private end(): void {
    const { socket, signal } = this.options;
    this.isOver = true;
    clearTimeout(this.timer);
    signal.removeEventListener('abort', this.stop);
    socket.listen(undefined);
  }
}

function stopped(): ProviderError {
  return new ProviderError('connection', 'The turn was stopped', true);
}
