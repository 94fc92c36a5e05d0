import { IncomingHttpHeaders } from 'node:http';
import { ItemError } from '@backstage-arena/plugin-arena-common';
import { ProviderError } from '../ChatProvider';
import { parseJson } from './parseJson';
import { Json, list, object, text } from './read';
import { retryAfterMs } from './retryAfter';

type ErrorClass = ItemError['class'];

/** Words of the vendors that say more than the status. The first that fits decides. */
const KNOWN_WORDS: Array<[RegExp, ErrorClass, boolean]> = [
  [/insufficient_quota|billing|credit balance/i, 'rate_limit', false],
  [
    /content_filter|content_policy|ResponsibleAIPolicy|PROHIBITED_CONTENT/i,
    'content_filter',
    false,
  ],
  [
    /rate_limit|throttl|RESOURCE_EXHAUSTED|too_many_requests/i,
    'rate_limit',
    true,
  ],
  [/overloaded|UNAVAILABLE|ModelNotReady/i, 'overload', true],
  [/DEADLINE_EXCEEDED|ModelTimeout|timeout/i, 'timeout', true],
  [
    /authentication|permission|UNAUTHENTICATED|AccessDenied|invalid_api_key/i,
    'auth',
    false,
  ],
  [/invalid_request|INVALID_ARGUMENT|Validation/i, 'invalid_request', false],
];

/** Turns an answer that is no success into an error of its class, with all that the server says. */
export function statusError(
  status: number,
  headers: IncomingHttpHeaders,
  body: string,
): ProviderError {
  const parsed = parseJson(body);
  const { message, code } = describeBody(parsed, body);
  const moved = headers.location ? ` (moved to ${headers.location})` : '';
  const [errorClass, retryable] = classOfStatus(status, code);
  return new ProviderError(
    errorClass,
    `HTTP ${status}: ${message || 'no reason given'}${moved}`,
    retryable,
    retryAfterMs(headers, parsed),
  );
}

/** Turns an error inside of an answer that began as a success into an error of its class. */
export function answerError(error: unknown): ProviderError {
  const { message, code } = describeBody({ error }, '');
  const status = Number(code.match(/\b[45]\d\d\b/)?.[0]);
  const [errorClass, retryable] = status
    ? classOfStatus(status, code)
    : classOfWords(code) ?? ['provider', true];
  return new ProviderError(
    errorClass,
    `The provider broke off: ${message || 'no reason given'}`,
    retryable,
    retryAfterMs({}, { error }),
  );
}

/** Turns a failure of the network into an error of its class. */
export function networkError(error: unknown, idleMs: number): ProviderError {
  const code = property(error, 'code');
  if (code === 'UND_ERR_BODY_TIMEOUT') {
    return new ProviderError(
      'timeout',
      `The provider's stream was silent for ${idleMs} ms`,
      true,
    );
  }
  if (code === 'UND_ERR_INVALID_ARG') {
    return new ProviderError(
      'invalid_request',
      `The request cannot be sent: ${property(error, 'message')}`,
      false,
    );
  }
  const isUnreadable =
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    property(error, 'name') === 'HTTPParserError';
  if (isUnreadable) {
    return new ProviderError(
      'provider',
      `The provider's answer is not HTTP: ${describe(error)}`,
      false,
    );
  }
  // A certificate does not become a better one by asking again.
  const isUntrusted = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/.test(code);
  return new ProviderError(
    'connection',
    `The provider cannot be reached: ${describe(error)}`,
    !isUntrusted,
  );
}

function classOfStatus(status: number, code: string): [ErrorClass, boolean] {
  const words = classOfWords(code);
  if (status === 429) {
    // A spent quota does not come back by waiting.
    return ['rate_limit', words?.[0] !== 'rate_limit' || words[1]];
  }
  if (status === 402) return ['rate_limit', false];
  if (status === 503 || status === 529) return ['overload', true];
  if (status === 408 || status === 504) return ['timeout', true];
  if (status >= 500) return ['provider', true];
  if (status === 401 || status === 403) return ['auth', false];
  // Conflict, too early, and a model that failed (Bedrock): the request itself is sound.
  if (status === 409 || status === 425 || status === 424) {
    return ['provider', true];
  }
  return words?.[0] === 'content_filter' || words?.[0] === 'auth'
    ? words
    : ['invalid_request', false];
}

function classOfWords(code: string): [ErrorClass, boolean] | undefined {
  const known = KNOWN_WORDS.find(([words]) => words.test(code));
  return known && [known[1], known[2]];
}

/** Reads the many shapes in which servers say what is wrong. `code` is everything in it that is meant for machines. */
function describeBody(
  parsed: unknown,
  body: string,
): { message: string; code: string } {
  const root = object(parsed) ?? object(list(parsed)[0]);
  if (!root) return { message: body, code: '' };
  const error = object(root.error) ?? root;
  const message =
    text(error.message) ??
    text(root.error) ??
    text(root.message) ??
    text(root.Message) ??
    text(root.detail) ??
    (body || JSON.stringify(parsed));
  return { message, code: codesOf(error) };
}

function codesOf(error: Json): string {
  const inner = object(error.innererror);
  return [error.code, error.type, error.status, error.__type, inner?.code]
    .filter(value => typeof value === 'string' || typeof value === 'number')
    .join(' ');
}

function describe(error: unknown): string {
  const cause: unknown = Reflect.get(Object(error), 'cause');
  const causeMessage = cause ? `: ${property(cause, 'message')}` : '';
  const code = property(error, 'code');
  return `${code ? `${code} ` : ''}${
    property(error, 'message') || String(error)
  }${causeMessage}`;
}

/** Errors of the platform's own are not always instances of Error. */
function property(error: unknown, name: string): string {
  const value: unknown = Reflect.get(Object(error), name);
  return typeof value === 'string' ? value : '';
}
