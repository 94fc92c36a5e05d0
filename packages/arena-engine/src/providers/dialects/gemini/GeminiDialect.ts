import { ChatRequest, ProviderError } from '../../ChatProvider';
import { SseFraming } from '../../http/framing';
import { answerError } from '../../http/httpErrors';
import { isObject, Json, list, object, text } from '../../http/read';
import { Dialect, StreamReader, WireReply, WireRequest } from '../Dialect';
import { DialectOptions, samplingFields, writeBody } from '../requestBody';
import { toolChoiceOf } from '../toolCalls';
import { GeminiReply } from './GeminiReply';
import { toContents } from './geminiContents';

export interface GeminiOptions extends DialectOptions {
  /** Path of the model, to which the method is added. */
  path: string;
}

const CALLING_MODES = { auto: 'AUTO', required: 'ANY', none: 'NONE' };

/** Google's generateContent, of the Gemini API and of Vertex. */
export class GeminiDialect implements Dialect {
  readonly answerName = 'an answer of generateContent';

  constructor(private readonly options: GeminiOptions) {}

  encode(request: ChatRequest): WireRequest {
    const { options } = this;
    const { system, tools, stream } = request;
    const body: Json = { contents: toContents(request.messages) };
    if (system !== '') body.systemInstruction = { parts: [{ text: system }] };
    const generationConfig = {
      ...samplingFields(
        request,
        {
          temperature: 'temperature',
          topP: 'topP',
          maxTokens: 'maxOutputTokens',
          seed: 'seed',
        },
        options,
      ),
      ...formatFields(request),
    };
    if (Object.keys(generationConfig).length > 0) {
      body.generationConfig = generationConfig;
    }
    if (tools.length > 0) {
      body.tools = [
        {
          functionDeclarations: tools.map(
            ({ name, description, inputSchema }) => ({
              name,
              description,
              parametersJsonSchema: inputSchema,
            }),
          ),
        },
      ];
      body.toolConfig = {
        functionCallingConfig: { mode: CALLING_MODES[toolChoiceOf(request)] },
      };
    }
    const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
    return {
      path: `${options.path}:${method}`,
      body: writeBody(body, options),
    };
  }

  readAnswer(answer: unknown): WireReply | undefined {
    const root = object(answer);
    if (!root) return undefined;
    const reply = new GeminiReply();
    return readChunk(root, reply) ? reply.build() : undefined;
  }

  readStream(): StreamReader {
    const reply = new GeminiReply();
    return {
      reply,
      read(event) {
        if (isObject(event)) readChunk(event, reply);
      },
    };
  }

  createFraming(): SseFraming {
    return new SseFraming();
  }
}

/** @returns false when this is no such answer */
function readChunk(root: Json, reply: GeminiReply): boolean {
  if (root.error) throw answerError(root.error);
  reply.setUsage(root.usageMetadata);
  const blocked = text(object(root.promptFeedback)?.blockReason);
  if (blocked !== undefined) {
    throw new ProviderError(
      'content_filter',
      `The provider refused the prompt: ${blocked}`,
      false,
    );
  }
  const candidate = object(list(root.candidates)[0]);
  if (!candidate) return false;
  for (const part of list(object(candidate.content)?.parts)) {
    reply.addPart(object(part) ?? {});
  }
  reply.setFinishReason(text(candidate.finishReason));
  return true;
}

function formatFields({ responseFormat }: ChatRequest): Json {
  if (!responseFormat) return {};
  return {
    responseMimeType: 'application/json',
    ...(responseFormat.type === 'json_schema'
      ? { responseJsonSchema: responseFormat.schema }
      : {}),
  };
}
