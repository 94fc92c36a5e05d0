import {
  Frames,
  FullReply,
  isJson,
  Json,
  need,
  objects,
  ParsedCall,
  refuse,
  string,
  Wire,
} from './Wire';

/** Chat of Ollama. */
export const ollama: Wire = {
  name: 'ollama',
  streamType: 'application/x-ndjson',
  matches: path => path.endsWith('/api/chat'),

  parse(_, body) {
    need(body, 'model', 'messages');
    const messages = objects(body.messages);
    return {
      api: this.name,
      model: string(body.model),
      // Unlike elsewhere, this is the default.
      stream: body.stream !== false,
      system: messages
        .filter(({ role }) => role === 'system')
        .map(({ content }) => string(content))
        .join('\n'),
      messages: messages.flatMap(({ role, content, images }) => {
        if (role === 'system') return [];
        if (role !== 'user' && role !== 'assistant' && role !== 'tool') {
          return refuse(`invalid role: ${String(role)}`);
        }
        return [
          {
            role,
            content: string(content),
            images: Array.isArray(images) ? images.length : 0,
          },
        ];
      }),
      tools: objects(body.tools).map(({ function: named }) =>
        isJson(named) ? string(named.name) : refuse('tools: function missing'),
      ),
      json: body.format !== undefined,
    };
  },

  whole: (call, reply) =>
    last(call, reply, {
      content: reply.text,
      ...(reply.toolCalls.length > 0
        ? { tool_calls: reply.toolCalls.map(toCall) }
        : {}),
    }),

  frames(call, reply, texts): Frames {
    return {
      opening: [],
      pieces: [
        ...texts.map(content => line(piece(call, { content }))),
        ...reply.toolCalls.map(toolCall =>
          line(piece(call, { content: '', tool_calls: [toCall(toolCall)] })),
        ),
      ],
      closing: [line(last(call, reply, { content: '' }))],
    };
  },

  error: (_, message) => ({ error: message }),

  errorFrame: message => line({ error: message }),
};

function line(data: Json): string {
  return `${JSON.stringify(data)}\n`;
}

function piece(call: ParsedCall, message: Json): Json {
  return {
    model: call.model,
    created_at: '2026-01-01T00:00:00Z',
    message: { role: 'assistant', ...message },
    done: false,
  };
}

function last(call: ParsedCall, reply: FullReply, message: Json): Json {
  return {
    ...piece(call, message),
    done: true,
    done_reason: reply.finish === 'length' ? 'length' : 'stop',
    prompt_eval_count: reply.usage.input,
    eval_count: reply.usage.output,
  };
}

function toCall({ name, arguments: args }: FullReply['toolCalls'][number]) {
  return { function: { name, arguments: args } };
}
