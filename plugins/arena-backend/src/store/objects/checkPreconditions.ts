import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { objectModified, preconditionFailed } from '../storeErrors';

/** What a caller says that it has seen of an object; what is absent may be anything. */
export interface Seen {
  uid?: string;
  resourceVersion?: string;
}

function checkUid(current: ArenaObject, uid: string | undefined): void {
  const { kind, metadata } = current;
  if (uid && uid !== metadata.uid) {
    throw preconditionFailed(kind, metadata, 'UID', uid, metadata.uid);
  }
}

/** For a write of an object: is it still the one that the caller changed? @throws ConflictError */
export function checkSeen(current: ArenaObject, seen: Seen): void {
  const { kind, metadata } = current;
  checkUid(current, seen.uid);
  if (
    seen.resourceVersion &&
    seen.resourceVersion !== metadata.resourceVersion
  ) {
    throw objectModified(kind, metadata);
  }
}

/** For a deletion, which has preconditions in place of an object. @throws ConflictError */
export function checkPreconditions(current: ArenaObject, wanted: Seen): void {
  const { kind, metadata } = current;
  checkUid(current, wanted.uid);
  const { resourceVersion } = wanted;
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw preconditionFailed(
      kind,
      metadata,
      'ResourceVersion',
      resourceVersion,
      metadata.resourceVersion,
    );
  }
}
