import { ProviderError } from '../ChatProvider';

const MAX_BODY = 500;

/** Turns an answer that is no success into an error of its class. */
export function statusError(status: number, body: string): ProviderError {
  const { message, code } = readBody(body);
  const text = `HTTP ${status}: ${message}`;
  if (status === 429) {
    // A spent quota does not come back by waiting.
    return new ProviderError('rate_limit', text, code !== 'insufficient_quota');
  }
  const retryable = status >= 500 || status === 408 || status === 409;
  return new ProviderError('provider', text, retryable);
}

/** Turns a failure of the network into an error of its class. */
export function networkError(error: unknown, timeoutMs: number): ProviderError {
  if (error instanceof ProviderError) return error;
  if (/timeout/i.test(property(error, 'name'))) {
    return new ProviderError(
      'timeout',
      `The provider did not answer within ${timeoutMs} ms`,
      true,
    );
  }
  return new ProviderError(
    'provider',
    `The provider cannot be reached: ${describe(error)}`,
    true,
  );
}

function describe(error: unknown): string {
  const cause = Reflect.get(Object(error), 'cause');
  const causeMessage = cause ? `: ${property(cause, 'message')}` : '';
  const code = property(error, 'code');
  return `${code ? `${code} ` : ''}${
    property(error, 'message') || String(error)
  }${causeMessage}`;
}

/** Errors of the platform's own (DOMException) are not always instances of Error. */
function property(error: unknown, name: string): string {
  const value: unknown = Reflect.get(Object(error), name);
  return typeof value === 'string' ? value : '';
}

function readBody(body: string): { message: string; code?: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    const error: unknown =
      parsed !== null && typeof parsed === 'object' && 'error' in parsed
        ? parsed.error
        : parsed;
    if (typeof error === 'string') return { message: error };
    if (error !== null && typeof error === 'object') {
      const message = 'message' in error ? String(error.message) : body;
      const code = 'code' in error ? String(error.code) : undefined;
      return { message: message.slice(0, MAX_BODY), code };
    }
  } catch {
    // Not JSON: the text itself says what is wrong.
  }
  return { message: body.slice(0, MAX_BODY) };
}
