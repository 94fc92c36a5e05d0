import {
  Frames,
  FullReply,
  isJson,
  Json,
  need,
  objects,
  ParsedCall,
  refuse,
  sse,
  string,
  Wire,
} from './Wire';

const PATH = /\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

const FINISH_REASONS = {
  stop: 'STOP',
  tool_calls: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
};

/** generateContent of Google, of the Gemini API and of Vertex. */
export const gemini: Wire = {
  name: 'gemini',
  streamType: 'text/event-stream',
  matches: path => PATH.test(path),

  parse(path, body) {
    need(body, 'contents');
    const [, model = '', method] = PATH.exec(path) ?? [];
    const config = isJson(body.generationConfig) ? body.generationConfig : {};
    const messages: ParsedCall['messages'] = [];
    for (const content of objects(body.contents)) {
      const { role } = content;
      if (role !== 'user' && role !== 'model') {
        refuse(`contents: Please use a valid role: user, model, not ${role}`);
      }
      const parts = objects(content.parts);
      if (parts.length === 0) refuse('contents: parts must not be empty');
      const results = parts.filter(part => isJson(part.functionResponse));
      for (const { functionResponse } of results) {
        messages.push({
          role: 'tool',
          content: JSON.stringify(functionResponse),
          images: 0,
        });
      }
      if (results.length === parts.length) continue;
      messages.push({
        role: role === 'model' ? 'assistant' : 'user',
        content: parts.map(({ text }) => string(text)).join(''),
        images: parts.filter(part => isJson(part.inlineData)).length,
      });
    }
    const system = isJson(body.systemInstruction)
      ? objects(body.systemInstruction.parts)
      : [];
    return {
      api: this.name,
      model: decodeURIComponent(model),
      stream: method === 'streamGenerateContent',
      system: system.map(({ text }) => string(text)).join(''),
      messages,
      tools: objects(body.tools).flatMap(tool =>
        objects(tool.functionDeclarations).map(({ name }) => string(name)),
      ),
      json: config.responseMimeType === 'application/json',
    };
  },

  whole: (call, reply) =>
    chunk(
      call,
      reply,
      [
        ...(reply.text ? [{ text: reply.text }] : []),
        ...reply.toolCalls.map(toPart),
      ],
      true,
    ),

  frames(call, reply, texts): Frames {
    return {
      opening: [],
      pieces: [
        ...texts.map(text => sse(chunk(call, reply, [{ text }], false))),
        ...reply.toolCalls.map(toolCall =>
          sse(chunk(call, reply, [toPart(toolCall)], false)),
        ),
      ],
      closing: [sse(chunk(call, reply, [{ text: '' }], true))],
    };
  },

  error: (status, message, code) => ({
    error: { code: status, message, status: code ?? 'UNKNOWN' },
  }),

  errorFrame: (message, code) =>
    sse({ error: { code: 503, message, status: code } }),
};

function chunk(
  call: ParsedCall,
  reply: FullReply,
  parts: Json[],
  isLast: boolean,
): Json {
  const { input, output, cached } = reply.usage;
  return {
    candidates: [
      {
        content: { role: 'model', parts },
        index: 0,
        ...(isLast ? { finishReason: FINISH_REASONS[reply.finish] } : {}),
      },
    ],
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: isLast ? output : 1,
      cachedContentTokenCount: cached,
    },
    modelVersion: call.model,
  };
}

function toPart({ name, arguments: args }: FullReply['toolCalls'][number]) {
  return { functionCall: { name, args } };
}
