import { ToolCall } from '../../conversation/messages';
import { ChatRequest } from '../ChatProvider';
import { parseJson } from '../http/parseJson';
import { isObject } from '../http/read';

/** Reads a tool call. Arguments that are no JSON object fail the tool's own validation, which the model then sees. */
export function readToolCall(
  position: number,
  id: string | undefined,
  name: string,
  args: unknown,
): ToolCall {
  return {
    id: id || `call_${position}_${name}`,
    name,
    arguments: readArguments(args),
  };
}

function readArguments(args: unknown): Record<string, unknown> {
  if (isObject(args)) return args;
  if (typeof args !== 'string' || args.trim() === '') return {};
  const parsed = parseJson(args);
  return isObject(parsed) ? parsed : { invalid_arguments: args };
}

/** A call is only demanded in answer to the user: demanded after each result, it would never end. */
export function toolChoiceOf({
  toolChoice,
  messages,
}: ChatRequest): ChatRequest['toolChoice'] {
  const answersUser = messages[messages.length - 1]?.role === 'user';
  return toolChoice === 'required' && !answersUser ? 'auto' : toolChoice;
}
