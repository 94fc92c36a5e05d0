import { CustomErrorBase } from '@backstage/errors';

/** A request is larger than allowed. Answered as status 413. */
export class PayloadTooLargeError extends CustomErrorBase {
  name = 'PayloadTooLargeError' as const;
  readonly statusCode = 413;
}
