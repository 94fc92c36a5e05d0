import {
  Frames,
  FullReply,
  halves,
  isJson,
  Json,
  need,
  objects,
  ParsedCall,
  refuse,
  sse,
  string,
  textOf,
  Wire,
} from './Wire';

const PATH = /\/chat\/completions$/;

/** Chat completions of OpenAI, also as Azure serves them. */
export const openAiChat: Wire = {
  name: 'openai-chat',
  streamType: 'text/event-stream',
  matches: path => PATH.test(path),

  parse(path, body) {
    const deployment = /\/deployments\/([^/]+)\//.exec(path)?.[1];
    need(body, 'messages', ...(deployment ? [] : ['model']));
    const messages = objects(body.messages);
    checkToolResults(messages);
    return {
      api: this.name,
      model: string(body.model) || decodeURIComponent(deployment ?? ''),
      stream: body.stream === true,
      system: messages
        .filter(({ role }) => role === 'system')
        .map(({ content }) => textOf(content))
        .join('\n'),
      messages: messages.flatMap(message => {
        const { role } = message;
        if (role === 'system') return [];
        if (role !== 'user' && role !== 'assistant' && role !== 'tool') {
          return refuse(`messages: unknown role ${String(role)}`);
        }
        return [
          {
            role,
            content: textOf(message.content),
            images: objects(message.content).filter(
              ({ type }) => type === 'image_url',
            ).length,
          },
        ];
      }),
      tools: objects(body.tools).map(({ function: named }) =>
        isJson(named) ? string(named.name) : refuse('tools: function missing'),
      ),
      includeUsage:
        isJson(body.stream_options) &&
        body.stream_options.include_usage === true,
      json:
        isJson(body.response_format) && body.response_format.type !== 'text',
    };
  },

  whole(call, reply) {
    return {
      ...base(call, reply, 'chat.completion'),
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: reply.text || null,
            ...(reply.toolCalls.length > 0
              ? { tool_calls: reply.toolCalls.map(toCall) }
              : {}),
          },
          finish_reason: reply.finish,
        },
      ],
      usage: usage(reply),
    };
  },

  frames(call, reply, texts): Frames {
    const chunk = (delta: Json, finish: string | null, extra: Json = {}) =>
      sse({
        ...base(call, reply, 'chat.completion.chunk'),
        choices: [{ index: 0, delta, finish_reason: finish }],
        ...extra,
      });
    return {
      opening: [chunk({ role: 'assistant', content: '' }, null)],
      pieces: [
        ...texts.map(content => chunk({ content }, null)),
        ...reply.toolCalls.map((toolCall, index) => {
          const [first, second] = halves(toolCall.arguments);
          const { id, type, function: named } = toCall(toolCall);
          return (
            chunk(
              {
                tool_calls: [
                  { index, id, type, function: { ...named, arguments: first } },
                ],
              },
              null,
            ) +
            chunk(
              { tool_calls: [{ index, function: { arguments: second } }] },
              null,
            )
          );
        }),
      ],
      closing: [
        chunk({}, reply.finish),
        ...(call.includeUsage
          ? [
              sse({
                ...base(call, reply, 'chat.completion.chunk'),
                choices: [],
                usage: usage(reply),
              }),
            ]
          : []),
        'data: [DONE]\n\n',
      ],
    };
  },

  error: (status, message, code) => ({
    error: { message, type: `error_${status}`, code: code ?? null },
  }),

  errorFrame: (message, code) => sse({ error: { message, code } }),
};

function base(call: ParsedCall, reply: FullReply, object: string): Json {
  return { id: reply.id, object, created: 0, model: call.model };
}

function toCall({ id, name, arguments: args }: FullReply['toolCalls'][number]) {
  return {
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  };
}

function usage({ usage: { input, output, cached } }: FullReply): Json {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}

/** The vendor refuses a call without its result, and the other way round. */
function checkToolResults(messages: readonly Json[]): void {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      const id = string(message.tool_call_id);
      if (!open.includes(id)) {
        refuse(`messages: a result of ${id} answers no preceding tool_calls`);
      }
      open = open.filter(each => each !== id);
      continue;
    }
    if (open.length > 0) {
      refuse(`messages: tool_call_ids without a result: ${open.join(', ')}`);
    }
    open = objects(message.tool_calls).map(({ id }) => string(id));
  }
}
