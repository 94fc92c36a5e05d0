import { ChatRequest } from '../../ChatProvider';
import { Framing, SseFraming } from '../../http/framing';
import { answerError } from '../../http/httpErrors';
import { Json, list, object, text } from '../../http/read';
import { Dialect, StreamReader, WireReply, WireRequest } from '../Dialect';
import { withJsonInstruction } from '../jsonMode';
import { DialectOptions, samplingFields, writeBody } from '../requestBody';
import { toolChoiceOf } from '../toolCalls';
import { AnthropicReply, FORMAT_TOOL } from './AnthropicReply';
import { toAnthropicMessages } from './anthropicMessages';

export interface AnthropicOptions extends DialectOptions {
  /** Path of a call; a cloud has one of its own for streams. */
  path: (stream: boolean) => string;
  /** Value of `anthropic_version` in the body, which clouds want there in place of the model. */
  bodyVersion?: string;
  /** Whether the body says that the answer is to be streamed. */
  streamField: boolean;
  /** Marks the prompt, so that the vendor keeps it between calls. */
  promptCaching: boolean;
  createFraming?: () => Framing;
}

/** The vendor demands a limit. */
const DEFAULT_MAX_TOKENS = 4_096;

const CACHED = { cache_control: { type: 'ephemeral' } };

const TOOL_CHOICES = { auto: 'auto', required: 'any', none: 'none' };

class MessageStreamReader implements StreamReader {
  readonly reply: AnthropicReply;

  constructor(request: ChatRequest) {
    this.reply = new AnthropicReply(usesFormatTool(request));
  }

  read(event: unknown): void {
    const root = object(event);
    const { reply } = this;
    const position = typeof root?.index === 'number' ? root.index : 0;
    switch (root?.type) {
      case 'message_start':
        reply.setUsage(object(root.message)?.usage);
        break;
      case 'content_block_start':
        reply.addBlock(position, object(root.content_block) ?? {});
        break;
      case 'content_block_delta':
        reply.addDelta(position, object(root.delta) ?? {});
        break;
      case 'message_delta':
        reply.setStopReason(text(object(root.delta)?.stop_reason));
        reply.setUsage(root.usage);
        break;
      case 'message_stop':
        reply.isComplete = true;
        break;
      case 'error':
        throw answerError(root.error);
      default:
        // Pings, and announcements of what the other events bring.
        break;
    }
  }
}

/** Anthropic's messages, also as Bedrock and Vertex serve them. */
export class AnthropicDialect implements Dialect {
  readonly answerName = 'a message of Anthropic';

  constructor(private readonly options: AnthropicOptions) {}

  encode(request: ChatRequest): WireRequest {
    const { options } = this;
    const { stream } = request;
    const messages = toAnthropicMessages(request.messages);
    if (options.promptCaching) {
      const blocks = messages[messages.length - 1]?.content;
      if (blocks) Object.assign(blocks[blocks.length - 1], CACHED);
    }
    const body: Json = {
      ...(options.bodyVersion
        ? { anthropic_version: options.bodyVersion }
        : { model: options.model }),
      ...(stream && options.streamField ? { stream } : {}),
      max_tokens: DEFAULT_MAX_TOKENS,
      ...this.systemField(request),
      messages,
      ...samplingFields(
        request,
        { temperature: 'temperature', topP: 'top_p', maxTokens: 'max_tokens' },
        options,
      ),
      ...toolFields(request),
    };
    return { path: options.path(stream), body: writeBody(body, options) };
  }

  readAnswer(answer: unknown, request: ChatRequest): WireReply | undefined {
    const root = object(answer);
    if (root?.type === 'error') throw answerError(root.error);
    if (!root || !Array.isArray(root.content)) return undefined;
    const reply = new AnthropicReply(usesFormatTool(request));
    for (const [position, block] of list(root.content).entries()) {
      reply.addBlock(position, object(block) ?? {});
    }
    reply.setStopReason(text(root.stop_reason));
    reply.setUsage(root.usage);
    return reply.build();
  }

  readStream(request: ChatRequest): StreamReader {
    return new MessageStreamReader(request);
  }

  createFraming(): Framing {
    return this.options.createFraming?.() ?? new SseFraming();
  }

  private systemField(request: ChatRequest): Json {
    const system =
      request.responseFormat && !usesFormatTool(request)
        ? withJsonInstruction(request)
        : request.system;
    if (system === '') return {};
    return {
      system: this.options.promptCaching
        ? [{ type: 'text', text: system, ...CACHED }]
        : system,
    };
  }
}

/**
 * A schema is kept best when it is the input of a tool that must be called: every model and every cloud can do that. Beside
 * other tools the model must stay free to call those, and is only asked.
 */
function usesFormatTool({ responseFormat, tools }: ChatRequest): boolean {
  return responseFormat?.type === 'json_schema' && tools.length === 0;
}

function toolFields(request: ChatRequest): Json {
  const { tools, responseFormat } = request;
  if (responseFormat?.type === 'json_schema' && usesFormatTool(request)) {
    return {
      tools: [
        {
          name: FORMAT_TOOL,
          description: 'Gives the answer.',
          input_schema: responseFormat.schema,
        },
      ],
      tool_choice: { type: 'tool', name: FORMAT_TOOL },
    };
  }
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: inputSchema,
    })),
    tool_choice: { type: TOOL_CHOICES[toolChoiceOf(request)] },
  };
}
