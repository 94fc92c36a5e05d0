/** A user as people read them: `user:default/jo` is `jo`; of another namespace than the usual one, that too. */
export function userName(entityRef: string): string {
  return entityRef.replace(/^user:/, '').replace(/^default\//, '');
}
