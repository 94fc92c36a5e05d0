/** The branch or tag of a revision such as `main@sha1:<commit>`; undefined for one that has none. */
export function refOf(revision: string): string | undefined {
  const at = revision.lastIndexOf('@');
  return at > 0 ? revision.slice(0, at) : undefined;
}
