import { AuthenticationError } from '@backstage/errors';
import { Request, RequestHandler, Response } from 'express';
import { DatabaseRunStore } from '../runs/DatabaseRunStore';

interface RunLocals {
  runId: string;
  /** The run is over: its token opens nothing, and only gets to know that. */
  closed: boolean;
}

/** The run of an authenticated request. */
export function runOf(response: Response): RunLocals {
  return response.locals.run;
}

/** Accepts the token of a run, and nothing else. */
export function authenticateRun(runs: DatabaseRunStore): RequestHandler {
  return async (request, response, next) => {
    const token = bearerToken(request);
    if (!token) {
      throw new AuthenticationError('A run token is missing');
    }
    const open = await runs.verifyToken(token);
    const run = open ?? (await runs.closedRunOf(token));
    if (!run) {
      throw new AuthenticationError('The run token is not valid');
    }
    const locals: RunLocals = { runId: run.runId, closed: !open };
    response.locals.run = locals;
    next();
  };
}

/** Refuses the token of a run that is over. */
export const requireOpenRun: RequestHandler = (_request, response, next) => {
  if (runOf(response).closed) {
    throw new AuthenticationError('The run is over and its token is dead');
  }
  next();
};

function bearerToken(request: Request): string | undefined {
  const match = /^Bearer ([A-Za-z0-9_-]{1,256})$/i.exec(
    request.headers.authorization ?? '',
  );
  return match?.[1];
}
