import { ChatRequest, FinishReason } from '../../ChatProvider';
import { SseFraming } from '../../http/framing';
import { answerError } from '../../http/httpErrors';
import { Json, list, object, text } from '../../http/read';
import { Dialect, StreamReader, WireReply, WireRequest } from '../Dialect';
import { systemMentioningJson } from '../jsonMode';
import { ReplyBuilder } from '../ReplyBuilder';
import { DialectOptions, samplingFields, writeBody } from '../requestBody';
import { readToolCall, toolChoiceOf } from '../toolCalls';
import { toResponseInput } from './responseInput';
import { readResponseUsage } from './usage';

export interface OpenAiResponsesOptions extends DialectOptions {
  /** With the query. */
  path: string;
}

class ResponseStreamReader implements StreamReader {
  readonly reply = new ReplyBuilder();

  read(event: unknown): void {
    const root = object(event);
    const { reply } = this;
    switch (root?.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        reply.text += text(root.delta) ?? '';
        if (root.type === 'response.refusal.delta') {
          reply.finishReason = 'content_filter';
        }
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        reply.addReasoning(text(root.delta) ?? '');
        break;
      case 'response.output_item.added': {
        const item = object(root.item);
        if (item?.type !== 'function_call') break;
        reply.addCall(positionOf(root), {
          id: text(item.call_id),
          name: text(item.name),
        });
        break;
      }
      case 'response.function_call_arguments.delta':
        reply.addCall(positionOf(root), { arguments: text(root.delta) });
        break;
      case 'response.completed':
      case 'response.incomplete': {
        const response = object(root.response) ?? {};
        Object.assign(reply.usage, readResponseUsage(response.usage));
        reply.finishReason ??= finishReasonOf(response);
        reply.isComplete = true;
        break;
      }
      case 'response.failed':
        throw answerError(object(root.response)?.error ?? root);
      case 'error':
        throw answerError(root.error ?? root);
      default:
        // Announcements of what the other events bring.
        break;
    }
  }
}

/** OpenAI's responses. Nothing is stored at the vendor: every request carries the whole conversation. */
export class OpenAiResponsesDialect implements Dialect {
  readonly answerName = 'a response';

  constructor(private readonly options: OpenAiResponsesOptions) {}

  encode(request: ChatRequest): WireRequest {
    const { options } = this;
    const { tools, stream } = request;
    const body: Json = {
      model: options.model,
      input: toResponseInput(request.messages),
      store: false,
      ...samplingFields(
        request,
        {
          temperature: 'temperature',
          topP: 'top_p',
          maxTokens: 'max_output_tokens',
        },
        options,
      ),
    };
    const instructions = systemMentioningJson(request);
    if (instructions !== '') body.instructions = instructions;
    if (tools.length > 0) {
      body.tools = tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        name,
        description,
        parameters: inputSchema,
        // Strict schemas are a subset that tools of bundles need not keep to.
        strict: false,
      }));
      body.tool_choice = toolChoiceOf(request);
    }
    const format = textFormat(request);
    if (format) body.text = { format };
    if (stream) body.stream = true;
    return { path: options.path, body: writeBody(body, options) };
  }

  readAnswer(answer: unknown): WireReply | undefined {
    const root = object(answer);
    if (root?.error) throw answerError(root.error);
    if (!root || !Array.isArray(root.output)) return undefined;
    const reply = new ReplyBuilder();
    readOutput(root, reply);
    return reply.build();
  }

  readStream(): StreamReader {
    return new ResponseStreamReader();
  }

  createFraming(): SseFraming {
    return new SseFraming();
  }
}

function positionOf(event: Json): number {
  return typeof event.output_index === 'number' ? event.output_index : 0;
}

function readOutput(response: Json, reply: ReplyBuilder): void {
  for (const entry of list(response.output)) {
    const item = object(entry);
    if (item?.type === 'function_call') {
      reply.addWholeCall(
        readToolCall(
          reply.callCount,
          text(item.call_id),
          text(item.name) ?? '',
          item.arguments,
        ),
      );
    } else if (item?.type === 'reasoning') {
      for (const part of list(item.summary)) {
        reply.addReasoning(text(object(part)?.text) ?? '');
      }
    } else if (item?.type === 'message') {
      for (const part of list(item.content)) {
        const piece = object(part);
        reply.text += text(piece?.text) ?? text(piece?.refusal) ?? '';
        if (piece?.type === 'refusal') reply.finishReason = 'content_filter';
      }
    }
  }
  Object.assign(reply.usage, readResponseUsage(response.usage));
  reply.finishReason ??= finishReasonOf(response);
}

function finishReasonOf(response: Json): FinishReason {
  const reason = text(object(response.incomplete_details)?.reason);
  if (reason === 'max_output_tokens') return 'length';
  if (reason === 'content_filter') return 'content_filter';
  return reason === undefined ? 'stop' : 'other';
}

function textFormat({ responseFormat: format }: ChatRequest): Json | null {
  if (!format) return null;
  return format.type === 'json_object'
    ? { type: 'json_object' }
    : { type: 'json_schema', name: format.name, schema: format.schema };
}
