import { ItemError } from '@backstage-arena/plugin-arena-common';
import { ProviderError } from '../ChatProvider';

const CODES: Record<string, [ItemError['class'], retryable: boolean]> = {
  INVALID_MESSAGE: ['invalid_request', false],
  // The conversation is lost; the item can have another one.
  SESSION_NOT_FOUND: ['provider', true],
  SESSION_EXPIRED: ['provider', true],
  INTERNAL_ERROR: ['provider', true],
  AGENT_UNAVAILABLE: ['overload', true],
  TOOL_FAILED: ['provider', true],
  UPLOAD_FAILED: ['provider', true],
  MEDIA_NOT_ENABLED: ['invalid_request', false],
  RATE_LIMITED: ['rate_limit', true],
  UNSATISFIABLE_FORMAT: ['invalid_request', false],
};

/** An error that the agent sent instead of an answer. */
export function agentError(code: string, message: string): ProviderError {
  const [errorClass, retryable] = CODES[code] ?? ['provider', true];
  return new ProviderError(
    errorClass,
    `The agent answered with ${code}: ${message}`,
    retryable,
  );
}

/** A server that answered the request for a connection with something else. */
export function upgradeError(status: number, body: string): ProviderError {
  const text = body.trim();
  const message = `The agent refused the connection with HTTP ${status}${
    text ? `: ${text}` : ''
  }`;
  if (status === 401 || status === 403) {
    return new ProviderError('auth', message, false);
  }
  if (status === 429) return new ProviderError('rate_limit', message, true);
  if (status === 503) return new ProviderError('overload', message, true);
  return status >= 500
    ? new ProviderError('provider', message, true)
    : new ProviderError('invalid_request', message, false);
}

/** The agent was not reached, or went away. */
export function connectionError(message: string): ProviderError {
  return new ProviderError('connection', message, true);
}

/** The agent was silent for too long. */
export function silenceError(message: string): ProviderError {
  return new ProviderError('timeout', message, true);
}

/** The agent broke a rule of the protocol or one of its limits. */
export function breachError(message: string): ProviderError {
  return new ProviderError('provider', message, false);
}
