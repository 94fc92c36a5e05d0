import { byteLength } from '../../text/goText';
import { ChatRequest } from '../ChatProvider';
import { WireReply } from '../dialects/Dialect';

const BYTES_PER_TOKEN = 4;

type Said = Partial<Pick<WireReply, 'content' | 'reasoning' | 'toolCalls'>>;

/** About how many tokens a request has, where nobody says. Media are left out: their bytes say nothing of their tokens. */
export function estimateInput(
  request: Pick<
    ChatRequest,
    'system' | 'messages' | 'tools' | 'responseFormat'
  >,
): number {
  const { system, messages, tools, responseFormat } = request;
  const bytes =
    byteLength(system) +
    messages.reduce((sum, message) => sum + bytesOf(message), 0) +
    (tools.length > 0 ? bytesOfJson(tools) : 0) +
    (responseFormat?.type === 'json_schema' ? bytesOfJson(responseFormat) : 0);
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** About how many tokens a reply has. */
export function estimateOutput(reply: Said): number {
  return Math.ceil(bytesOf(reply) / BYTES_PER_TOKEN);
}

function bytesOf({ content = '', reasoning = '', toolCalls = [] }: Said) {
  return toolCalls.reduce(
    (sum, call) => sum + byteLength(call.name) + bytesOfJson(call.arguments),
    byteLength(content) + byteLength(reasoning),
  );
}

function bytesOfJson(value: unknown): number {
  return byteLength(JSON.stringify(value));
}
