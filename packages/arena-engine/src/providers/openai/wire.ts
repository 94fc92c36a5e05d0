import { z } from 'zod/v4';
import { ToolCall } from '../../conversation/messages';
import { ChatRequest } from '../ChatProvider';

/** Reading and writing of the chat completions protocol. Unknown fields are overlooked: servers add their own. */

const usage = z.object({
  prompt_tokens: z.number().nullish(),
  completion_tokens: z.number().nullish(),
  prompt_tokens_details: z
    .object({ cached_tokens: z.number().nullish() })
    .nullish(),
});

export type Usage = z.infer<typeof usage>;

const toolCall = z.object({
  id: z.string().nullish(),
  function: z.object({
    name: z.string(),
    arguments: z
      .union([z.string(), z.record(z.string(), z.unknown())])
      .nullish(),
  }),
});

export const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          tool_calls: z.array(toolCall).nullish(),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: usage.nullish(),
});

export const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  index: z.number().nullish(),
                  id: z.string().nullish(),
                  function: z
                    .object({
                      name: z.string().nullish(),
                      arguments: z.string().nullish(),
                    })
                    .nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: usage.nullish(),
  error: z.object({ message: z.string().nullish() }).nullish(),
});

export type Chunk = z.infer<typeof chunkSchema>;

/** The body of a request. */
export function requestBody(
  request: ChatRequest,
  options: { model: string; unsupported: readonly string[] },
): string {
  const { sampling, tools, stream } = request;
  const parameters: Record<string, unknown> = {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    max_tokens: sampling.maxTokens,
    seed: sampling.seed,
  };
  options.unsupported.forEach(name => delete parameters[name]);
  return JSON.stringify({
    model: options.model,
    messages: [
      { role: 'system', content: request.system },
      ...request.messages.map(toWire),
    ],
    ...parameters,
    ...(tools.length > 0
      ? {
          tools: tools.map(tool => ({
            type: 'function',
            function: {
              name: tool.name,
              description: tool.description,
              parameters: tool.inputSchema,
            },
          })),
          tool_choice: toolChoice(request),
        }
      : {}),
    ...(stream
      ? { stream: true, stream_options: { include_usage: true } }
      : {}),
  });
}

/** A call is only demanded in answer to the user: demanded after each result, it would never end. */
function toolChoice({ toolChoice: choice, messages }: ChatRequest): string {
  const answersUser = messages[messages.length - 1]?.role === 'user';
  return choice === 'required' && !answersUser ? 'auto' : choice;
}

function toWire(message: ChatRequest['messages'][number]): object {
  if (message.role === 'tool') {
    return {
      role: 'tool',
      tool_call_id: message.toolResult?.id,
      content: message.content,
    };
  }
  if (message.role === 'assistant' && message.toolCalls?.length) {
    return {
      role: 'assistant',
      content: message.content || null,
      tool_calls: message.toolCalls.map(call => ({
        id: call.id,
        type: 'function',
        function: {
          name: call.name,
          arguments: JSON.stringify(call.arguments),
        },
      })),
    };
  }
  return { role: message.role, content: message.content };
}

/** Reads a tool call. Arguments that are no JSON object fail the tool's own validation, which the model then sees. */
export function readToolCall(
  index: number,
  id: string | null | undefined,
  name: string,
  args: string | Record<string, unknown> | null | undefined,
): ToolCall {
  return {
    id: id || `call_${index}_${name}`,
    name,
    arguments: typeof args === 'string' ? parseArguments(args) : args ?? {},
  };
}

function parseArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (
      parsed !== null &&
      typeof parsed === 'object' &&
      !Array.isArray(parsed)
    ) {
      return Object.fromEntries(Object.entries(parsed));
    }
  } catch {
    // Told to the model below, as every other wrong argument.
  }
  return { invalid_arguments: text };
}
