import {
  ConversationMessage,
  MessagePart,
} from '../../../conversation/messages';
import { ChatRequest, FinishReason } from '../../ChatProvider';
import { NdjsonFraming } from '../../http/framing';
import { answerError } from '../../http/httpErrors';
import { count, Json, list, object, text } from '../../http/read';
import { Dialect, StreamReader, WireReply, WireRequest } from '../Dialect';
import { cannotSend } from '../media';
import { ReplyBuilder } from '../ReplyBuilder';
import { DialectOptions, samplingFields, writeBody } from '../requestBody';
import { readToolCall } from '../toolCalls';

const DONE_REASONS: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
};

/** Ollama's own chat, which unlike its OpenAI-compatible one takes options of the model and says why it stopped. */
export class OllamaDialect implements Dialect {
  readonly answerName = 'an answer of Ollama';

  constructor(private readonly options: DialectOptions) {}

  encode(request: ChatRequest): WireRequest {
    const { options } = this;
    const { system, tools, toolChoice, responseFormat, stream } = request;
    const sampling = samplingFields(
      request,
      {
        temperature: 'temperature',
        topP: 'top_p',
        maxTokens: 'num_predict',
        seed: 'seed',
      },
      options,
    );
    const body: Json = {
      model: options.model,
      messages: [
        ...(system === '' ? [] : [{ role: 'system', content: system }]),
        ...request.messages.map(toMessage),
      ],
      stream,
    };
    const own = object(options.extraBody.options);
    if (Object.keys({ ...sampling, ...own }).length > 0) {
      body.options = { ...sampling, ...own };
    }
    // There is no choice to express: a model that must not call is not told of tools.
    if (tools.length > 0 && toolChoice !== 'none') {
      body.tools = tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        function: { name, description, parameters: inputSchema },
      }));
    }
    if (responseFormat) {
      body.format =
        responseFormat.type === 'json_schema' ? responseFormat.schema : 'json';
    }
    const { options: _, ...extraBody } = options.extraBody;
    return {
      path: '/api/chat',
      body: writeBody(body, { ...options, extraBody }),
    };
  }

  readAnswer(answer: unknown): WireReply | undefined {
    const root = object(answer);
    if (root?.error) throw answerError(root.error);
    if (!root || !object(root.message)) return undefined;
    const reply = new ReplyBuilder();
    readChunk({ ...root, done: true }, reply);
    return reply.build();
  }

  readStream(): StreamReader {
    const reply = new ReplyBuilder();
    return {
      reply,
      read(event) {
        const root = object(event);
        if (root?.error) throw answerError(root.error);
        if (root) readChunk(root, reply);
      },
    };
  }

  createFraming(): NdjsonFraming {
    return new NdjsonFraming();
  }
}

function readChunk(root: Json, reply: ReplyBuilder): void {
  const message = object(root.message);
  reply.text += text(message?.content) ?? '';
  reply.addReasoning(text(message?.thinking) ?? '');
  for (const entry of list(message?.tool_calls)) {
    const call = object(entry);
    const named = object(call?.function);
    reply.addWholeCall(
      readToolCall(
        reply.callCount,
        text(call?.id),
        text(named?.name) ?? '',
        named?.arguments,
      ),
    );
  }
  if (root.done !== true) return;
  const reason = text(root.done_reason) ?? 'stop';
  reply.finishReason = DONE_REASONS[reason] ?? 'other';
  reply.usage.inputTokens = count(root.prompt_eval_count);
  reply.usage.outputTokens = count(root.eval_count);
  reply.isComplete = true;
}

function toMessage(message: ConversationMessage): Json {
  const { role, content, toolCalls, toolResult } = message;
  if (role === 'tool') {
    return {
      role,
      content,
      tool_name: toolResult?.name,
      ...imagesOf(toolResult?.parts),
    };
  }
  return {
    role,
    content,
    ...imagesOf(message.parts),
    ...(toolCalls?.length
      ? {
          tool_calls: toolCalls.map(({ name, arguments: args }) => ({
            function: { name, arguments: args },
          })),
        }
      : {}),
  };
}

function imagesOf(parts: MessagePart[] | undefined): Json {
  const images: string[] = [];
  for (const part of parts ?? []) {
    if (part.type === 'text') continue;
    if (part.type !== 'image') throw cannotSend(part.type, 'Ollama');
    if (part.data === undefined) throw cannotSend('images by URL', 'Ollama');
    images.push(part.data);
  }
  return images.length > 0 ? { images } : {};
}
