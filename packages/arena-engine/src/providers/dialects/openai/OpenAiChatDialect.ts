import { ChatRequest, FinishReason } from '../../ChatProvider';
import { SseFraming } from '../../http/framing';
import { answerError } from '../../http/httpErrors';
import { isObject, Json, list, object, text } from '../../http/read';
import { Dialect, StreamReader, WireReply, WireRequest } from '../Dialect';
import { systemMentioningJson } from '../jsonMode';
import { ReplyBuilder } from '../ReplyBuilder';
import { DialectOptions, samplingFields, writeBody } from '../requestBody';
import { readToolCall, toolChoiceOf } from '../toolCalls';
import { toChatMessages } from './chatMessages';
import { maxTokensName } from './maxTokensName';
import { readChatUsage } from './usage';

export interface OpenAiChatOptions extends DialectOptions {
  /** With the query. */
  path: string;
}

const FINISH_REASONS: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
};

class ChatStreamReader implements StreamReader {
  readonly reply = new ReplyBuilder();

  read(event: unknown, source: string): void {
    if (source === '[DONE]') {
      this.reply.isComplete = true;
      return;
    }
    const chunk = object(event);
    if (!chunk) return;
    if (chunk.error) throw answerError(chunk.error);
    if (chunk.usage)
      Object.assign(this.reply.usage, readChatUsage(chunk.usage));
    const choice = object(list(chunk.choices)[0]);
    if (!choice) return;
    const delta = object(choice.delta);
    if (delta) this.readDelta(delta);
    const reason = text(choice.finish_reason);
    if (reason) {
      this.reply.finishReason ??= FINISH_REASONS[reason] ?? 'other';
    }
  }

  private readDelta(delta: Json): void {
    const { reply } = this;
    const content = text(delta.content);
    if (content) reply.text += content;
    const refusal = text(delta.refusal);
    if (refusal) {
      reply.text += refusal;
      reply.finishReason = 'content_filter';
    }
    const reasoning = text(delta.reasoning_content ?? delta.reasoning);
    if (reasoning) reply.addReasoning(reasoning);
    const calls = list(delta.tool_calls);
    for (let at = 0; at < calls.length; at++) {
      const call = object(calls[at]);
      const named = object(call?.function);
      const args = named?.arguments;
      reply.addCall(typeof call?.index === 'number' ? call.index : at, {
        id: text(call?.id) || undefined,
        name: text(named?.name),
        arguments: isObject(args) ? JSON.stringify(args) : text(args),
      });
    }
  }
}

/** OpenAI's chat completions, which most other servers speak as well. */
export class OpenAiChatDialect implements Dialect {
  readonly answerName = 'a chat completion';

  constructor(private readonly options: OpenAiChatOptions) {}

  encode(request: ChatRequest): WireRequest {
    const { options } = this;
    const { tools, stream } = request;
    const sampling = samplingFields(
      request,
      {
        temperature: 'temperature',
        topP: 'top_p',
        maxTokens: maxTokensName(options.model),
        seed: 'seed',
      },
      options,
    );
    const body: Json = {
      model: options.model,
      messages: toChatMessages(request, systemMentioningJson(request)),
      ...sampling,
    };
    if (tools.length > 0) {
      body.tools = tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        function: { name, description, parameters: inputSchema },
      }));
      body.tool_choice = toolChoiceOf(request);
    }
    const format = responseFormat(request);
    if (format) body.response_format = format;
    if (stream) {
      body.stream = true;
      body.stream_options = { include_usage: true };
    }
    return { path: options.path, body: writeBody(body, options) };
  }

  readAnswer(answer: unknown): WireReply | undefined {
    const root = object(answer);
    const choice = object(list(root?.choices)[0]);
    const message = object(choice?.message);
    if (!root || !choice || !message) {
      if (root?.error) throw answerError(root.error);
      return undefined;
    }
    const calls = list(message.tool_calls).filter(isObject);
    const content = text(message.content);
    const refusal = content === undefined ? text(message.refusal) : undefined;
    const reasoning = text(message.reasoning_content ?? message.reasoning);
    return {
      content: content ?? refusal ?? '',
      toolCalls: calls.map((call, position) => {
        const named = object(call.function);
        return readToolCall(
          position,
          text(call.id),
          text(named?.name) ?? '',
          named?.arguments,
        );
      }),
      ...(reasoning ? { reasoning } : {}),
      finishReason: refusal
        ? 'content_filter'
        : FINISH_REASONS[text(choice.finish_reason) ?? ''] ?? 'other',
      usage: readChatUsage(root.usage),
    };
  }

  readStream(): StreamReader {
    return new ChatStreamReader();
  }

  createFraming(): SseFraming {
    return new SseFraming();
  }
}

function responseFormat({ responseFormat: format }: ChatRequest): Json | null {
  if (!format) return null;
  return format.type === 'json_object'
    ? { type: 'json_object' }
    : {
        type: 'json_schema',
        json_schema: { name: format.name, schema: format.schema },
      };
}
