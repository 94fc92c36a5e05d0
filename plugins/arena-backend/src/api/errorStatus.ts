import { ErrorRequestHandler } from 'express';

/** Errors of the ports that the framework does not know, with the status of their answer. */
const STATUS_BY_NAME: Record<string, number> = {
  InvalidObjectError: 422,
  GoneError: 410,
};

/** Gives errors of the ports their status. The answer itself is written by the framework's error handler, as for all plugins. */
export function errorStatus(): ErrorRequestHandler {
  return (error, _req, _res, next) => {
    const statusCode = STATUS_BY_NAME[error?.name];
    next(statusCode ? Object.assign(error, { statusCode }) : error);
  };
}

/** An error with a status that `@backstage/errors` has no class for. */
export function httpError(
  statusCode: number,
  name: string,
  message: string,
): Error {
  return Object.assign(new Error(message), { name, statusCode });
}
