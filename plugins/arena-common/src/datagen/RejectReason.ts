/**
 * Why an attempt brought no row.
 *
 * - `invalidJson`: the reply is no JSON object, and the schema of rows takes no plain text.
 * - `schema`: the row does not fit the schema of rows.
 * - `tooLarge`: the row is larger than 1 MiB.
 * - `checks`: checks of the scenario failed.
 * - `duplicate`: an accepted row says the same.
 * - `nearDuplicate`: an accepted row says nearly the same.
 * - `quota`: there are enough rows of its kind.
 * - `error`: a call failed, or the attempt could not be carried out.
 *
 * @public
 */
export type RejectReason = (typeof REJECT_REASONS)[number];

/** @public */
export const REJECT_REASONS = [
  'invalidJson',
  'schema',
  'tooLarge',
  'checks',
  'duplicate',
  'nearDuplicate',
  'quota',
  'error',
] as const;
