import { ToolCall } from '../../conversation/messages';
import { isTextTooDeep } from '../../text/jsonDepth';
import { failed, ToolOutcome } from '../../tools/Tool';
import { RateLimiter } from '../../util/RateLimiter';
import { ChatRequest } from '../ChatProvider';
import { AgentSocket } from './AgentSocket';
import { TurnReply } from './AgentTurn';
import { RunningTurn } from './RunningTurn';

/** What an agent allows its clients. */
const SEND_LIMIT = { rps: 50, burst: 100 };

export interface TurnTimeouts {
  /** For the first message of the agent, in milliseconds. */
  requestTimeoutMs: number;
  /** Between two messages. */
  idleTimeoutMs: number;
  /** For a tool of the client. */
  toolTimeoutMs: number;
}

/** One message to an agent. */
export interface TurnRequest
  extends Pick<ChatRequest, 'signal' | 'watch' | 'callTool'> {
  message: Record<string, unknown>;
}

/** The turns of one conversation over one socket, one at a time. */
export class AgentConversation {
  private readonly limiter = new RateLimiter(SEND_LIMIT);
  /** Settles when the agent has ended the turn that it is at. */
  private busy: Promise<unknown> = Promise.resolve();

  constructor(
    readonly socket: AgentSocket,
    private readonly timeouts: TurnTimeouts,
  ) {}

  /** Resolves when the agent may be spoken to: a turn that was cut has an end of its own. */
  async ready(signal: AbortSignal): Promise<void> {
    await Promise.race([this.busy, whenAborted(signal)]);
    if (this.socket.failure) throw this.socket.failure;
  }

  /**
   * Sends a message and waits for the answer.
   *
   * @throws ProviderError, or the signal's reason; then the connection is given up.
   */
  play(request: TurnRequest): Promise<TurnReply & { cut: boolean }> {
    const { signal, watch } = request;
    return new Promise((resolve, reject) => {
      const turn = new RunningTurn({
        ...this.timeouts,
        socket: this.socket,
        signal,
        watch,
        onCut: reply => resolve({ ...reply, cut: true }),
        answerTool: (call, isCut) => this.answerTool(call, request, isCut),
      });
      this.busy = turn.run(request.message).then(
        reply => resolve({ ...reply, cut: false }),
        error => reject(error),
      );
    });
  }

  /** Runs a tool for the agent and sends it what came of it. */
  private async answerTool(
    call: ToolCall,
    { signal, callTool }: TurnRequest,
    isCut: boolean,
  ): Promise<ToolOutcome> {
    let outcome: ToolOutcome;
    if (callTool && !isCut) {
      await this.limiter.take(signal);
      // Without it the agent takes the call for refused after five seconds.
      this.socket.send({ type: 'tool_call_ack', call_id: call.id });
      outcome = await this.inTime(call, callTool(call));
    } else {
      const text = `tool ${call.name} cannot be executed by this client`;
      outcome = failed(text, 'execution');
    }
    await this.limiter.take(signal);
    const { error, compact } = outcome;
    this.socket.send({
      type: 'tool_result',
      tool_result:
        error === undefined
          ? { call_id: call.id, result: parseResult(compact) }
          : { call_id: call.id, error },
    });
    return outcome;
  }

  private async inTime(
    { name }: ToolCall,
    work: Promise<ToolOutcome>,
  ): Promise<ToolOutcome> {
    const { toolTimeoutMs } = this.timeouts;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<ToolOutcome>(resolve => {
      timer = setTimeout(() => {
        const text = `tool ${name} did not end within ${toolTimeoutMs} ms`;
        resolve(failed(text, 'execution'));
      }, toolTimeoutMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Results travel as JSON where they are JSON. */
function parseResult(text: string): unknown {
  if (isTextTooDeep(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
