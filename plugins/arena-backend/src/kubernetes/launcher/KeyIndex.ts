/** Addresses of objects by what they belong to. */
export class KeyIndex {
  private readonly keys = new Map<string, Map<string, [string, string]>>();

  update(
    type: 'ADDED' | 'MODIFIED' | 'DELETED',
    group: string | undefined,
    {
      metadata: { namespace, name, uid },
    }: { metadata: { namespace: string; name: string; uid: string } },
  ): void {
    if (group === undefined) return;
    const members = this.keys.get(group) ?? new Map();
    if (type === 'DELETED') members.delete(uid);
    else members.set(uid, [namespace, name]);
    if (members.size > 0) this.keys.set(group, members);
    else this.keys.delete(group);
  }

  find<T extends { metadata: { uid: string } }>(
    group: string,
    get: (namespace: string, name: string) => T | undefined,
  ): T[] {
    const found: T[] = [];
    for (const [uid, [namespace, name]] of this.keys.get(group) ?? []) {
      const object = get(namespace, name);
      // Another object may have the name by now.
      if (object?.metadata.uid === uid) found.push(object);
    }
    return found;
  }
}
