import { asMap } from '../checks/CheckParams';
import { ToolError } from '../tools/ToolHandler';

/** What an agent gave back: an answer, or a task that is not done yet. */
export interface AgentAnswer {
  text: string;
  contextId?: string;
  /** Id of a task that goes on. */
  pending?: string;
}

const UNFINISHED = new Set(['submitted', 'working']);
const FAILED = new Set(['failed', 'rejected', 'canceled', 'auth-required']);

/** A JSON-RPC request. */
export function rpcRequest(
  id: number,
  method: string,
  params: Record<string, unknown>,
): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/**
 * Reads what a JSON-RPC server answered.
 *
 * @throws ToolError when it is an error or nothing that an agent may answer.
 */
export function readAnswer(body: string): AgentAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new ToolError('the agent did not answer with JSON');
  }
  const envelope = asMap(parsed);
  const error = asMap(envelope?.error);
  if (error) {
    throw new ToolError(
      `the agent answered with error ${String(error.code)}: ${String(
        error.message,
      )}`,
    );
  }
  const result = asMap(envelope?.result);
  if (!result) throw new ToolError('the agent answered without a result');
  const contextId = nonEmpty(result.contextId);
  const task = asMap(result.status);
  if (!task) return { text: textOf(result.parts), contextId };
  const state = String(task.state);
  const said = textOf(asMap(task.message)?.parts);
  if (UNFINISHED.has(state)) {
    const pending = nonEmpty(result.id);
    if (!pending) throw new ToolError('the agent works on a task without id');
    return { text: '', contextId, pending };
  }
  if (FAILED.has(state)) {
    throw new ToolError(
      `the agent's task is ${state}${said ? `: ${said}` : ''}`,
    );
  }
  const artifacts = Array.isArray(result.artifacts) ? result.artifacts : [];
  const made = artifacts
    .map(artifact => textOf(asMap(artifact)?.parts))
    .join('');
  return { text: made || said, contextId };
}

function textOf(parts: unknown): string {
  return (Array.isArray(parts) ? parts : [])
    .map(part => asMap(part)?.text)
    .filter(text => typeof text === 'string')
    .join('');
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
