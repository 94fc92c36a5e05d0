import { randomUUID } from 'node:crypto';
import { ProviderError } from '../../providers/ChatProvider';
import { asMap } from '../CheckParams';
import { JsonEndpoint, JsonRequest } from './JsonEndpoint';

/** Asks an A2A agent one question, by JSON-RPC `message/send`. */
export class A2aEvaluator {
  private readonly endpoint: JsonEndpoint;

  /** @throws TypeError when the address is none. */
  constructor(url: string, timeoutMs: number) {
    this.endpoint = new JsonEndpoint(url, { timeoutMs });
  }

  /**
   * @returns The text parts of the answer.
   * @throws ProviderError when there is none.
   */
  async ask(
    text: string,
    options: { token?: string } & Pick<JsonRequest, 'signal' | 'connections'>,
  ): Promise<string> {
    const answer = await this.endpoint.send({
      ...(options.token
        ? { headers: { authorization: `Bearer ${options.token}` } }
        : {}),
      body: {
        jsonrpc: '2.0',
        id: randomUUID(),
        method: 'message/send',
        params: {
          message: {
            kind: 'message',
            role: 'user',
            messageId: randomUUID(),
            parts: [{ kind: 'text', text }],
          },
          configuration: { blocking: true },
        },
      },
      signal: options.signal,
      connections: options.connections,
    });
    return textOf(answer);
  }
}

function textOf(answer: string): string {
  const response = parse(answer);
  const error = asMap(response?.error);
  if (error) throw refused(`the agent refused: ${String(error.message)}`);
  const result = asMap(response?.result);
  const texts = [
    // A message, or a task with artifacts and a last message.
    ...partTexts(result?.parts),
    ...list(result?.artifacts).flatMap(entry => partTexts(asMap(entry)?.parts)),
    ...partTexts(asMap(asMap(result?.status)?.message)?.parts),
  ];
  if (texts.length === 0) throw refused('the answer of the agent has no text');
  return texts.join('\n');
}

function parse(answer: string): Record<string, unknown> | undefined {
  try {
    return asMap(JSON.parse(answer));
  } catch {
    throw refused(`the agent answered no JSON: ${answer.slice(0, 200)}`);
  }
}

function refused(message: string): ProviderError {
  return new ProviderError('provider', message, false);
}

function partTexts(parts: unknown): string[] {
  return list(parts).flatMap(part => {
    const text = asMap(part)?.text;
    return typeof text === 'string' ? [text] : [];
  });
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
