import {
  ConversationMessage,
  ToolCallRecord,
} from '../../conversation/messages';

/** A conversation as external evaluators are told about it. Media are left out. */
export function messagesBody(messages: readonly ConversationMessage[]) {
  return messages.map(({ role, content, toolCalls, toolResult }) => ({
    role,
    content,
    ...(toolCalls?.length ? { tool_calls: toolCalls } : {}),
    ...(toolResult
      ? { tool_call_id: toolResult.id, name: toolResult.name }
      : {}),
  }));
}

export function toolCallsBody(calls: readonly ToolCallRecord[]) {
  return calls.map(({ name, arguments: args, result, error }) => ({
    name,
    arguments: args,
    result,
    ...(error === undefined ? {} : { error }),
  }));
}
