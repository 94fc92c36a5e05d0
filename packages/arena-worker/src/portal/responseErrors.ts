import { InputError, ResponseError } from '@backstage/errors';
import { FieldCause } from '@backstage-arena/plugin-arena-common';

export interface DescribedError {
  message: string;
  details: string[];
}

/** What a portal's refusal, or its silence, means to the user; undefined for errors of another kind. */
export function describeResponseError(
  error: unknown,
): DescribedError | undefined {
  if (error instanceof ResponseError) return describeRefusal(error);
  // What the client refuses to send.
  if (error instanceof InputError) {
    return { message: error.message, details: [] };
  }
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return {
      message: `The portal cannot be reached: ${innermostMessage(error)}`,
      details: [],
    };
  }
  return undefined;
}

function describeRefusal(error: ResponseError): DescribedError {
  const { statusCode, body } = error;
  const message = body?.error?.message ?? error.message;
  if (statusCode === 401) {
    return {
      message: `The portal does not accept the token: ${message}`,
      details: ["Sign in with 'arena login', or give a token that is valid."],
    };
  }
  if (statusCode === 403) {
    return { message: `Not allowed: ${message}`, details: [] };
  }
  const causes = readCauses(body);
  return {
    // The message repeats the causes, in one long line.
    message:
      causes.length > 0
        ? message.replace(/ is invalid: .*/s, ' is invalid')
        : message,
    details: causes.map(cause =>
      cause.reason === 'UnknownField'
        ? cause.message
        : `${cause.field}: ${cause.message}`,
    ),
  };
}

/** Field causes of an invalid object (status 422). */
function readCauses(body: ResponseError['body']): FieldCause[] {
  const causes = (body?.error as { causes?: unknown } | undefined)?.causes;
  if (!Array.isArray(causes)) return [];
  return causes.filter(
    (cause): cause is FieldCause =>
      typeof cause?.field === 'string' && typeof cause?.message === 'string',
  );
}

function innermostMessage(error: Error): string {
  let inner: Error = error;
  while (inner.cause instanceof Error) inner = inner.cause;
  if (inner instanceof AggregateError && inner.errors[0] instanceof Error) {
    inner = inner.errors[0];
  }
  return inner.message || inner.name;
}
