import { InputError } from '@backstage/errors';

/**
 * Objects per page; undefined for all.
 *
 * @throws InputError for a limit that is no number of objects
 */
export function checkLimit(limit: number | undefined): number | undefined {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0)) {
    throw new InputError(
      `limit: Invalid value: ${limit}: must be a whole number of 0 (all) or more`,
    );
  }
  return limit || undefined;
}
