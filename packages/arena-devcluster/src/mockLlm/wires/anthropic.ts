import {
  Frames,
  FullReply,
  halves,
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

const STOP_REASONS = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
};

/** Messages of Anthropic. */
export const anthropic: Wire = {
  name: 'anthropic',
  streamType: 'text/event-stream',
  matches: path => path.endsWith('/v1/messages'),

  parse(_, body, headers) {
    need(body, 'model');
    if (headers['anthropic-version'] === undefined) {
      refuse('anthropic-version: header is required');
    }
    return parseMessages(this.name, string(body.model), body);
  },

  whole(call, reply) {
    return {
      ...message(call, reply),
      content: blocks(reply),
      stop_reason: STOP_REASONS[reply.finish],
    };
  },

  frames: (call, reply, texts) => messageFrames(call, reply, texts),

  error: (status, text, code) => ({
    type: 'error',
    error: { type: code ?? `error_${status}`, message: text },
  }),

  errorFrame: (text, code) =>
    named({ type: 'error', error: { type: code, message: text } }),
};

/** Reads the body of a request, which Bedrock shares. */
export function parseMessages(
  api: string,
  model: string,
  body: Json,
): ParsedCall {
  need(body, 'messages', 'max_tokens');
  const messages: ParsedCall['messages'] = [];
  let open: string[] = [];
  let last: unknown;
  for (const { role, content } of objects(body.messages)) {
    if (role !== 'user' && role !== 'assistant') {
      return refuse(`messages: unknown role ${String(role)}`);
    }
    if (last === undefined && role !== 'user') {
      refuse('messages: first message must use the "user" role');
    }
    last = role;
    const parts = objects(content);
    if (parts.some(({ type, text }) => type === 'text' && text === '')) {
      refuse('messages: text content blocks must be non-empty');
    }
    const results = parts.filter(({ type }) => type === 'tool_result');
    const answered = results.map(part => string(part.tool_use_id));
    if (
      new Set([...open, ...answered]).size !== open.length ||
      answered.length !== open.length
    ) {
      refuse('messages: tool_use and tool_result blocks do not match');
    }
    for (const result of results) {
      messages.push({
        role: 'tool',
        content: textOf(result.content),
        images: 0,
      });
    }
    open = parts
      .filter(({ type }) => type === 'tool_use')
      .map(({ id }) => string(id));
    if (results.length < parts.length || typeof content === 'string') {
      messages.push({
        role,
        content: textOf(content),
        images: parts.filter(({ type }) => type === 'image').length,
      });
    }
  }
  return {
    api,
    model,
    stream: body.stream === true,
    system: textOf(body.system),
    messages,
    tools: objects(body.tools).map(({ name }) => string(name)),
    json: false,
  };
}

export function message(call: ParsedCall, reply: FullReply): Json {
  const { input, output, cached } = reply.usage;
  return {
    id: reply.id,
    type: 'message',
    role: 'assistant',
    model: call.model,
    stop_sequence: null,
    usage: {
      input_tokens: input - cached,
      cache_read_input_tokens: cached,
      cache_creation_input_tokens: 0,
      output_tokens: output,
    },
  };
}

export function blocks(reply: FullReply): Json[] {
  return [
    ...(reply.text ? [{ type: 'text', text: reply.text }] : []),
    ...reply.toolCalls.map(({ id, name, arguments: input }) => ({
      type: 'tool_use',
      id,
      name,
      input,
    })),
  ];
}

export function messageFrames(
  call: ParsedCall,
  reply: FullReply,
  texts: string[],
): Frames {
  return {
    opening: [
      named({
        type: 'message_start',
        message: { ...message(call, reply), content: [], stop_reason: null },
      }),
      named({ type: 'ping' }),
      named({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'text', text: '' },
      }),
    ],
    pieces: [
      ...texts.map(text =>
        named({
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'text_delta', text },
        }),
      ),
      ...reply.toolCalls.map(({ id, name, arguments: args }, position) => {
        const index = position + 1;
        return [
          named({
            type: 'content_block_start',
            index,
            content_block: { type: 'tool_use', id, name, input: {} },
          }),
          ...halves(args).map(piece =>
            named({
              type: 'content_block_delta',
              index,
              delta: { type: 'input_json_delta', partial_json: piece },
            }),
          ),
          named({ type: 'content_block_stop', index }),
        ].join('');
      }),
    ],
    closing: [
      named({ type: 'content_block_stop', index: 0 }),
      named({
        type: 'message_delta',
        delta: { stop_reason: STOP_REASONS[reply.finish], stop_sequence: null },
        usage: { output_tokens: reply.usage.output },
      }),
      named({ type: 'message_stop' }),
    ],
  };
}

function named(data: Json): string {
  return sse(data, string(data.type));
}
