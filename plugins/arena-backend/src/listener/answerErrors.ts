import { LoggerService } from '@backstage/backend-plugin-api';
import { serializeError } from '@backstage/errors';
import { ErrorRequestHandler } from 'express';

const STATUSES: Record<string, number> = {
  InputError: 400,
  AuthenticationError: 401,
  NotAllowedError: 403,
  NotFoundError: 404,
  ConflictError: 409,
  NotImplementedError: 501,
  ServiceUnavailableError: 503,
};

/** Answers errors as the portal's own server does. What went wrong inside is logged and not told. */
export function answerErrors(logger: LoggerService): ErrorRequestHandler {
  return (error, request, response, next) => {
    const statusCode = statusOf(error);
    if (statusCode >= 500) {
      logger.error(`Request failed with status ${statusCode}`, error);
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    response.status(statusCode).json({
      error:
        statusCode === 500
          ? { name: 'InternalServerError', message: 'An internal error' }
          : serializeError(error, { includeStack: false }),
      request: { method: request.method, url: request.url },
      response: { statusCode },
    });
  };
}

function statusOf(error: Error & { statusCode?: number }): number {
  return error.statusCode ?? STATUSES[error.name] ?? 500;
}
