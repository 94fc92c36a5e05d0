/** Most characters of a row as JSON text. @public */
export const MAX_ROW_LENGTH = 1024 * 1024;

/** Most characters of a reply that are kept of a reject. @public */
export const MAX_REJECT_TEXT = 2_000;
