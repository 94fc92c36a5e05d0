import { byteLength } from '../../text/goText';
import { pause } from '../../util/pause';
import { CallBudget } from '../limits/CallBudget';
import { reserve } from '../limits/reserve';
import { ChatProvider, ChatReply, ChatRequest } from '../ChatProvider';
import { MockScript, mockTurn } from './MockScript';

const COST_PER_TOKEN = 0.00001;

/** A provider that answers from a script, without network. Its tokens are counted at a price, so that costs can be tried out. */
export class MockProvider implements ChatProvider {
  constructor(
    private readonly options: {
      id: string;
      model: string;
      script: MockScript;
      /** How long each answer takes, in milliseconds. */
      latencyMs?: number;
      budget?: CallBudget;
    },
  ) {}

  async chat(request: ChatRequest): Promise<ChatReply> {
    const start = performance.now();
    await request.beforeCall();
    const reply = this.answer(request);
    const { budget } = this.options;
    if (budget) {
      await reserve(budget, reply.cost, request.signal);
      budget.settle(reply.cost, reply.cost);
    }
    if (this.options.latencyMs) {
      await pause(this.options.latencyMs, request.signal);
    }
    request.signal.throwIfAborted();
    return {
      ...reply,
      latencyMs: performance.now() - start,
      ...(request.stream ? { ttftMs: performance.now() - start } : {}),
    };
  }

  async close(): Promise<void> {
    // Nothing is held between calls.
  }

  private answer(request: ChatRequest): Omit<ChatReply, 'latencyMs'> {
    const hasTools = request.tools.length > 0 && request.toolChoice !== 'none';
    const scripted = this.options.script.reply(
      request.script && {
        ...request.script,
        turn: mockTurn(request.script.baseTurn, request.messages, hasTools),
      },
      request.sampling.seed,
    ) ?? {
      text: `mock response for provider ${this.options.id} model ${this.options.model}`,
      toolCalls: [],
    };
    const content = scripted.text;
    const toolCalls = hasTools
      ? scripted.toolCalls.map((call, index) => ({
          id: `call_${index}_${call.name}`,
          name: call.name,
          arguments: structuredClone(call.arguments),
        }))
      : [];
    const bytes = request.messages.reduce(
      (sum, message) => sum + byteLength(message.content),
      byteLength(request.system),
    );
    const inputTokens = Math.floor(bytes / 4) || 10;
    const outputTokens = Math.floor(byteLength(content) / 4) || 20;
    return {
      content,
      toolCalls,
      inputTokens,
      outputTokens,
      cachedTokens: 0,
      cost: (inputTokens + outputTokens) * COST_PER_TOKEN,
      finishReason: toolCalls.length > 0 ? 'tool_calls' : 'stop',
    };
  }
}
