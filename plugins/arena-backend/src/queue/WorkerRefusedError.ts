import { CustomErrorBase } from '@backstage/errors';

/** A worker of another release must not work here. Answered as status 426: it can do nothing but be replaced, or wait. */
export class WorkerRefusedError extends CustomErrorBase {
  name = 'WorkerRefusedError' as const;
  readonly statusCode = 426;
}
