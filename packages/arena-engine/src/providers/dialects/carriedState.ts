import { ToolCall } from '../../conversation/messages';

const STATES = new WeakMap<ToolCall, unknown>();

/**
 * What a vendor wants back with a tool call of its own (the thoughts that led to it, their signature) and nobody else
 * understands. It lives as long as the call; a call that was made up or copied has none.
 */
export function carryState(call: ToolCall, state: unknown): ToolCall {
  STATES.set(call, state);
  return call;
}

export function carriedState(call: ToolCall): unknown {
  return STATES.get(call);
}
