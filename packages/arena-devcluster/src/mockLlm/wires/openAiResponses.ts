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

/** Responses of OpenAI. */
export const openAiResponses: Wire = {
  name: 'openai-responses',
  streamType: 'text/event-stream',
  matches: path => path.endsWith('/responses'),

  parse(_, body) {
    need(body, 'model', 'input');
    const calls = new Set<string>();
    const messages: ParsedCall['messages'] = [];
    for (const item of objects(body.input)) {
      if (item.type === 'function_call') {
        calls.add(string(item.call_id));
        continue;
      }
      if (item.type === 'function_call_output') {
        if (!calls.has(string(item.call_id))) {
          refuse(`No tool call found for ${string(item.call_id)}`);
        }
        messages.push({
          role: 'tool',
          content: textOf(item.output),
          images: 0,
        });
        continue;
      }
      if (item.role !== 'user' && item.role !== 'assistant') {
        return refuse(`input: unknown item ${JSON.stringify(item)}`);
      }
      messages.push({
        role: item.role,
        content: textOf(item.content),
        images: objects(item.content).filter(
          ({ type }) => type === 'input_image',
        ).length,
      });
    }
    const format = isJson(body.text) ? body.text.format : undefined;
    return {
      api: this.name,
      model: string(body.model),
      stream: body.stream === true,
      system: string(body.instructions),
      messages,
      tools: objects(body.tools).map(({ name }) => string(name)),
      json: isJson(format) && format.type !== 'text',
    };
  },

  whole: (call, reply) => response(call, reply, 'completed'),

  frames(call, reply, texts): Frames {
    const message = { output_index: 0, content_index: 0, item_id: 'msg_1' };
    return {
      opening: [
        event('response.created', {
          response: { ...response(call, reply, 'in_progress'), output: [] },
        }),
      ],
      pieces: [
        ...texts.map(delta =>
          event('response.output_text.delta', { ...message, delta }),
        ),
        ...reply.toolCalls.map((toolCall, index) => {
          const position = { output_index: index + 1, item_id: toolCall.id };
          const item = toItem(toolCall);
          return [
            event('response.output_item.added', {
              ...position,
              item: { ...item, arguments: '' },
            }),
            ...halves(toolCall.arguments).map(delta =>
              event('response.function_call_arguments.delta', {
                ...position,
                delta,
              }),
            ),
            event('response.output_item.done', { ...position, item }),
          ].join('');
        }),
      ],
      closing: [
        reply.finish === 'length' || reply.finish === 'content_filter'
          ? event('response.incomplete', {
              response: response(call, reply, 'incomplete'),
            })
          : event('response.completed', {
              response: response(call, reply, 'completed'),
            }),
      ],
    };
  },

  error: (status, message, code) => ({
    error: { message, type: `error_${status}`, code: code ?? null },
  }),

  errorFrame: (message, code) => event('error', { message, code }),
};

function event(type: string, data: Json): string {
  return sse({ type, ...data }, type);
}

function response(call: ParsedCall, reply: FullReply, status: string): Json {
  const { input, output, cached } = reply.usage;
  const reasons = { length: 'max_output_tokens', content_filter: reply.finish };
  const reason =
    reply.finish === 'length' || reply.finish === 'content_filter'
      ? reasons[reply.finish]
      : undefined;
  return {
    id: reply.id,
    object: 'response',
    status: reason ? 'incomplete' : status,
    error: null,
    incomplete_details: reason ? { reason } : null,
    model: call.model,
    output: [
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: reply.text }],
      },
      ...reply.toolCalls.map(toItem),
    ],
    usage: {
      input_tokens: input,
      output_tokens: output,
      input_tokens_details: { cached_tokens: cached },
    },
  };
}

function toItem({ id, name, arguments: args }: FullReply['toolCalls'][number]) {
  return {
    type: 'function_call',
    id: `fc_${id}`,
    call_id: id,
    name,
    arguments: JSON.stringify(args),
  };
}
