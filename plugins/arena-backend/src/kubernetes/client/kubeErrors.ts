import {
  ConflictError,
  CustomErrorBase,
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { FieldCause } from '@backstage-arena/plugin-arena-common';
import {
  GoneError,
  InvalidObjectError,
} from '@backstage-arena/plugin-arena-node';
import { z } from 'zod/v4';

const statusSchema = z.object({
  kind: z.literal('Status'),
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.number().optional(),
  details: z
    .object({
      retryAfterSeconds: z.number().optional(),
      causes: z
        .array(
          z.object({
            field: z.string().optional(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

/** What an API server says about a request that it did not carry out. */
export type KubeStatus = z.output<typeof statusSchema>;

/** An API server refused a request, or could not carry it out. Has the shape of the client library's own `ApiException`. */
export class KubeApiError extends CustomErrorBase {
  name = 'KubeApiError' as const;
  /** HTTP status, or the code that an error within a watch carries. */
  readonly code: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: {
    request: string;
    code: number;
    body: unknown;
    headers?: Record<string, string>;
  }) {
    const { request, code, body, headers = {} } = options;
    const status = readStatus(body);
    const text =
      status?.message ?? (typeof body === 'string' ? body.slice(0, 500) : '');
    super(`${request} was answered with ${code}: ${text.trim()}`);
    this.code = code;
    this.body = body;
    this.headers = headers;
  }
}

/** No answer came from an API server: it is down, unreachable, or too slow. */
export class KubeUnreachableError extends CustomErrorBase {
  name = 'KubeUnreachableError' as const;
}

/** The API server's explanation, from an error of ours or of the client library. */
export function statusOf(error: unknown): KubeStatus | undefined {
  return isApiError(error) ? readStatus(error.body) : undefined;
}

/** HTTP status of the answer, if there was one. */
export function codeOf(error: unknown): number | undefined {
  return isApiError(error) ? error.code : undefined;
}

export function isNotFound(error: unknown): boolean {
  return codeOf(error) === 404;
}

/** A stale resourceVersion or a failed precondition; not a name that is taken. */
export function isConflict(error: unknown): boolean {
  return codeOf(error) === 409 && !isAlreadyExists(error);
}

export function isAlreadyExists(error: unknown): boolean {
  return statusOf(error)?.reason === 'AlreadyExists';
}

export function isForbidden(error: unknown): boolean {
  return codeOf(error) === 403;
}

/** A version or a continue token that the API server no longer remembers. */
export function isGone(error: unknown): boolean {
  return codeOf(error) === 410;
}

/** The namespace is being deleted: nothing new can be created in it. */
export function isNamespaceTerminating(error: unknown): boolean {
  const causes = statusOf(error)?.details?.causes ?? [];
  return causes.some(({ reason }) => reason === 'NamespaceTerminating');
}

/** How long the API server asks to be left alone, in milliseconds. */
export function retryAfterOf(error: unknown): number | undefined {
  if (!isApiError(error)) return undefined;
  const header = Number(headerOf(error, 'retry-after'));
  const seconds =
    readStatus(error.body)?.details?.retryAfterSeconds ??
    (Number.isFinite(header) ? header : 0);
  return seconds > 0 ? seconds * 1000 : undefined;
}

/**
 * The error that callers of a store expect for one of an API server.
 *
 * @param cluster - name for messages that are about the cluster itself
 */
export function toStoreError(error: unknown, cluster: string): Error {
  const code = codeOf(error);
  const message = statusOf(error)?.message ?? String(error);
  switch (code) {
    case undefined:
      return isError(error) && error.name !== 'KubeUnreachableError'
        ? error
        : new ServiceUnavailableError(
            `Cluster '${cluster}' cannot be reached`,
            error,
          );
    case 400:
    case 413:
    case 415:
      return toInvalidObject(message) ?? new InputError(message);
    case 401:
      return new ServiceUnavailableError(
        `Cluster '${cluster}' does not accept the credentials of this backend`,
        error,
      );
    case 403:
      return new NotAllowedError(message);
    case 404:
      return new NotFoundError(message);
    case 409:
      return new ConflictError(message);
    case 410:
      return new GoneError(message);
    case 422:
      return new InvalidObjectError(message, causesOf(error));
    default:
      return new ServiceUnavailableError(
        `Cluster '${cluster}' failed: ${message}`,
        error,
      );
  }
}

interface ApiError extends Error {
  code: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

function isApiError(error: unknown): error is ApiError {
  return (
    error instanceof Error &&
    'body' in error &&
    'code' in error &&
    typeof error.code === 'number'
  );
}

function headerOf(error: ApiError, name: string): string | undefined {
  const entry = Object.entries(error.headers ?? {}).find(
    ([key]) => key.toLowerCase() === name,
  );
  return entry?.[1];
}

function readStatus(body: unknown): KubeStatus | undefined {
  let value = body;
  if (typeof body === 'string') {
    try {
      value = JSON.parse(body);
    } catch {
      return undefined;
    }
  }
  return statusSchema.safeParse(value).data;
}

function causesOf(error: unknown): FieldCause[] {
  const causes = statusOf(error)?.details?.causes ?? [];
  return causes.map(({ field, reason, message }) => ({
    field: field ?? '',
    reason: reason ?? 'FieldValueInvalid',
    message: message ?? '',
  }));
}

/** Strict decoding names fields only in its message. */
function toInvalidObject(message: string): InvalidObjectError | undefined {
  const start = message.indexOf('strict decoding error: ');
  if (start < 0) return undefined;
  const faults = message
    .slice(start)
    .matchAll(/(unknown|duplicate) field "([^"]*)"/g);
  const causes = [...faults].map(([, fault, field]) => ({
    field,
    reason: 'FieldValueInvalid',
    message: `${fault} field`,
  }));
  return new InvalidObjectError(message, causes);
}
