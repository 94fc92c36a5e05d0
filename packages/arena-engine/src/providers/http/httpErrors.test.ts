import { answerError, networkError, statusError } from './httpErrors';

describe('statusError', () => {
  it.each<[number, unknown, string, boolean]>([
    [400, { error: { message: 'm' } }, 'invalid_request', false],
    [404, {}, 'invalid_request', false],
    [401, {}, 'auth', false],
    [403, {}, 'auth', false],
    [402, {}, 'rate_limit', false],
    [408, {}, 'timeout', true],
    [409, {}, 'provider', true],
    [429, { error: { message: 'slow down' } }, 'rate_limit', true],
    [429, { error: { code: 'insufficient_quota' } }, 'rate_limit', false],
    [429, { error: { status: 'RESOURCE_EXHAUSTED' } }, 'rate_limit', true],
    [500, 'oops', 'provider', true],
    [502, '<html>', 'provider', true],
    [503, { error: 'busy' }, 'overload', true],
    [504, '', 'timeout', true],
    [529, { error: { type: 'overloaded_error' } }, 'overload', true],
    // Azure
    [400, { error: { code: 'content_filter' } }, 'content_filter', false],
    // Google
    [
      400,
      { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'm' } },
      'invalid_request',
      false,
    ],
    [400, [{ error: { message: 'in a list' } }], 'invalid_request', false],
    // Bedrock
    [424, { message: 'the model failed' }, 'provider', true],
  ])('sorts status %s with %j', (status, body, errorClass, retryable) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(statusError(status, {}, text)).toMatchObject({
      errorClass,
      retryable,
      message: expect.stringContaining(`HTTP ${status}`),
    });
  });

  it.each([
    [{ error: { message: 'of OpenAI' } }, 'of OpenAI'],
    [{ type: 'error', error: { message: 'of Anthropic' } }, 'of Anthropic'],
    [[{ error: { message: 'of Google' } }], 'of Google'],
    [{ error: 'of Ollama' }, 'of Ollama'],
    [{ Message: 'of AWS' }, 'of AWS'],
    [{ detail: 'of FastAPI' }, 'of FastAPI'],
  ])('finds what is wrong in %j', (body, message) => {
    expect(statusError(400, {}, JSON.stringify(body)).message).toBe(
      `HTTP 400: ${message}`,
    );
  });
});

describe('answerError', () => {
  it.each<[unknown, string, boolean]>([
    [{ type: 'overloaded_error', message: 'm' }, 'overload', true],
    [{ type: 'rate_limit_error' }, 'rate_limit', true],
    [{ type: 'throttlingException' }, 'rate_limit', true],
    [{ type: 'modelTimeoutException' }, 'timeout', true],
    [{ type: 'validationException' }, 'invalid_request', false],
    [{ type: 'authentication_error' }, 'auth', false],
    [{ code: 503, status: 'UNAVAILABLE' }, 'overload', true],
    [{ code: 429 }, 'rate_limit', true],
    ['just words', 'provider', true],
    [{}, 'provider', true],
  ])('sorts %j', (error, errorClass, retryable) => {
    expect(answerError(error)).toMatchObject({ errorClass, retryable });
  });
});

describe('networkError', () => {
  it.each([
    [{ code: 'ECONNRESET', message: 'reset' }, 'connection', true],
    [{ code: 'UND_ERR_SOCKET', message: 'closed' }, 'connection', true],
    [{ code: 'UND_ERR_BODY_TIMEOUT', message: '' }, 'timeout', true],
    [{ code: 'UND_ERR_HEADERS_OVERFLOW', message: '' }, 'provider', false],
    [{ name: 'HTTPParserError', message: '' }, 'provider', false],
    [
      { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed' },
      'connection',
      false,
    ],
    ['odd', 'connection', true],
  ])('sorts %j', (error, errorClass, retryable) => {
    expect(networkError(error, 5)).toMatchObject({ errorClass, retryable });
  });
});
