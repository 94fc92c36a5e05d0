import { FieldCause } from '@backstage-arena/plugin-arena-common';

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Reflect.get(value, key)
    : undefined;
}

function serverError(error: unknown): unknown {
  return property(property(error, 'body'), 'error');
}

/** What the server said, without the status line that the client puts before it. */
export function messageOf(error: Error): string {
  const message = property(serverError(error), 'message');
  return typeof message === 'string' && message ? message : error.message;
}

/** Faults of an object that the server refused, field by field. */
export function causesOf(error: unknown): FieldCause[] {
  const causes = property(serverError(error), 'causes');
  return Array.isArray(causes)
    ? causes.filter(
        cause =>
          typeof property(cause, 'field') === 'string' &&
          typeof property(cause, 'message') === 'string',
      )
    : [];
}

/** Status of the answer that made the error, when it was one. */
export function statusOf(error: unknown): number | undefined {
  const status = property(error, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

/** True for answers that stay the same however often one asks: forbidden, and not there. */
export function isRefusal(error: unknown): boolean {
  return [403, 404].includes(statusOf(error) ?? 0);
}

/** True when somebody else was faster: what was to be written is not what is there. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

/** True when the server knows no such thing. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}
