/**
 * A failure whose message may be shown as it is: the words are ours and hold nothing that a server sent, so that a status cannot be used to
 * read what only the backend reaches.
 */
export class ReportedError extends Error {
  readonly name = 'ReportedError';
}
