import { CustomErrorBase } from '@backstage/errors';

/** Another writer was faster. Stays inside the store: callers get a conflict, or the write is tried again. */
export class StaleObjectError extends CustomErrorBase {
  name = 'StaleObjectError' as const;
}
