import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { InputError } from '@backstage/errors';
import { Knex } from 'knex';
import { RevisionRow } from '../tables';

/** What etcd takes at most, less what its protocol needs. */
const MAX_DOCUMENT_BYTES = 1024 * 1024;

/** Appends a state of an object to the history, in place of the one before it. */
export async function writeRevision(
  tx: Knex.Transaction,
  options: {
    cluster: string;
    /** Its `metadata.resourceVersion` is the version of the change. */
    object: ArenaObject;
    type: 'ADDED' | 'MODIFIED' | 'DELETED';
    /** Version that this one replaces. */
    previous?: number;
    now: Date;
  },
): Promise<void> {
  const { cluster, object, type, previous, now } = options;
  const { uid, namespace, name, resourceVersion } = object.metadata;
  const version = Number(resourceVersion);
  const document = JSON.stringify(object);
  if (Buffer.byteLength(document) > MAX_DOCUMENT_BYTES) {
    throw new InputError(
      `The object is too large: ${Buffer.byteLength(
        document,
      )} bytes as JSON, at most ${MAX_DOCUMENT_BYTES} are allowed`,
    );
  }
  if (previous !== undefined) {
    await tx<RevisionRow>('resource_revisions')
      .where({ cluster, resource_version: previous })
      .update({ next_version: version });
  }
  await tx<RevisionRow>('resource_revisions').insert({
    cluster,
    resource_version: version,
    kind: object.kind,
    namespace,
    name,
    uid,
    type,
    // A deletion is news for watches but no state of anything.
    next_version: type === 'DELETED' ? version : null,
    changed_at: now.getTime(),
    document,
  });
}
