import { ToolCall } from '../../conversation/messages';
import { failed, ToolOutcome } from '../../tools/Tool';
import { RateLimiter } from '../../util/RateLimiter';
import { ChatRequest, ProviderError } from '../ChatProvider';
import { agentError, breachError, silenceError } from './agentErrors';
import { AgentSocket } from './AgentSocket';
import { AgentTurn, TurnReply } from './AgentTurn';
import { AgentMessage, MAX_MESSAGE_BYTES } from './protocol';

/** Limits of one answer: beyond them an agent is taken to be broken. */
const MAX_TURN_BYTES = 2 * MAX_MESSAGE_BYTES;
const MAX_TURN_MESSAGES = 100_000;
const MAX_TURN_TOOL_CALLS = 100;
/** What an agent allows its clients. */
const SEND_LIMIT = { rps: 50, burst: 100 };

export interface TurnTimeouts {
  /** For the first message of the agent. */
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
    return new Promise((resolve, reject) => {
      this.busy = this.run(request, {
        onCut: reply => resolve({ ...reply, cut: true }),
      }).then(
        reply => resolve({ ...reply, cut: false }),
        error => reject(error),
      );
    });
  }

  private run(
    request: TurnRequest,
    { onCut }: { onCut: (reply: TurnReply) => void },
  ): Promise<TurnReply> {
    const { socket, timeouts } = this;
    const { signal, watch } = request;
    return new Promise((resolve, reject) => {
      const turn = new AgentTurn(performance.now());
      const toolCalls = new Set<string>();
      let pendingTools = 0;
      let messages = 0;
      let bytes = 0;
      let cut = false;
      let over = false;
      let timer: NodeJS.Timeout | undefined;

      const end = (settle: () => void) => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        socket.listen(undefined);
        settle();
      };
      const giveUp = (error: ProviderError) => socket.fail(error);
      function stop() {
        // What is cut was answered already; whoever asked is done with it.
        if (cut) return;
        end(() => reject(signal.reason));
        // There is no way to call an agent off.
        giveUp(stopped());
      }
      const expect = (ms: number, what: string) => {
        clearTimeout(timer);
        // An agent that waits for us is not silent.
        if (pendingTools > 0) return;
        timer = setTimeout(
          () => giveUp(silenceError(`The agent ${what} within ${ms} ms`)),
          ms,
        );
      };
      const expectMore = () =>
        expect(timeouts.idleTimeoutMs, 'did not go on with its answer');

      const answerTool = async (call: ToolCall) => {
        pendingTools += 1;
        clearTimeout(timer);
        const outcome = await this.callTool(call, cut ? undefined : request);
        pendingTools -= 1;
        if (over) return;
        turn.toolCalled(call, outcome);
        expectMore();
        await this.sendToolResult(call.id, outcome, signal);
      };

      const handle = (message: AgentMessage) => {
        switch (message.type) {
          case 'chunk':
            turn.chunk(message);
            if (!cut && watch?.(turn.content)) {
              cut = true;
              onCut(turn.reply());
            }
            break;
          case 'done':
            turn.done(message);
            end(() => resolve(turn.reply()));
            break;
          case 'error': {
            const { code, message: text } = message.error;
            end(() => reject(agentError(code, text)));
            break;
          }
          case 'tool_call': {
            const { id, name, arguments: args } = message.tool_call;
            if (toolCalls.has(id)) break;
            toolCalls.add(id);
            if (toolCalls.size > MAX_TURN_TOOL_CALLS) {
              giveUp(
                breachError(
                  `The agent asked for more than ${MAX_TURN_TOOL_CALLS} tool calls in one turn`,
                ),
              );
              break;
            }
            answerTool({ id, name, arguments: args ?? {} }).catch(error => {
              end(() => reject(error));
              giveUp(stopped());
            });
            break;
          }
          default:
          // A result of a tool that the agent runs itself says nothing about the call.
        }
      };

      socket.listen({
        failed: error => end(() => reject(error)),
        message: (message, size) => {
          turn.begun();
          messages += 1;
          bytes += size;
          if (bytes > MAX_TURN_BYTES || messages > MAX_TURN_MESSAGES) {
            giveUp(
              breachError(
                `The agent's answer is longer than ${MAX_TURN_BYTES} bytes or ${MAX_TURN_MESSAGES} messages`,
              ),
            );
            return;
          }
          expectMore();
          if (message) handle(message);
        },
      });
      signal.addEventListener('abort', stop, { once: true });
      expect(timeouts.requestTimeoutMs, 'did not answer');
      if (signal.aborted) stop();
      else {
        try {
          socket.send({ type: 'message', ...request.message });
        } catch (error) {
          end(() => reject(error));
        }
      }
    });
  }

  private async callTool(
    call: ToolCall,
    request: TurnRequest | undefined,
  ): Promise<ToolOutcome> {
    const { callTool, signal } = request ?? {};
    if (!callTool || !signal) {
      return failed(
        `tool ${call.name} cannot be executed by this client`,
        'execution',
      );
    }
    await this.limiter.take(signal);
    // Without it the agent takes the call for refused after five seconds.
    this.socket.send({ type: 'tool_call_ack', call_id: call.id });
    const { toolTimeoutMs } = this.timeouts;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<ToolOutcome>(resolve => {
      timer = setTimeout(
        () =>
          resolve(
            failed(
              `tool ${call.name} did not end within ${toolTimeoutMs} ms`,
              'execution',
            ),
          ),
        toolTimeoutMs,
      );
    });
    try {
      return await Promise.race([callTool(call), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async sendToolResult(
    id: string,
    outcome: ToolOutcome,
    signal: AbortSignal,
  ): Promise<void> {
    await this.limiter.take(signal);
    const { error, compact } = outcome;
    this.socket.send({
      type: 'tool_result',
      tool_result:
        error === undefined
          ? { call_id: id, result: parseResult(compact) }
          : { call_id: id, error },
    });
  }
}

function stopped(): ProviderError {
  return new ProviderError('connection', 'The turn was stopped', true);
}

/** Results travel as JSON where they are JSON. */
function parseResult(text: string): unknown {
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
