import {
  ArenaEvent,
  ArenaKind,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { createHash, randomUUID } from 'node:crypto';
import { allocateVersion } from '../store/operations/allocateVersion';
import { EventRow, RevisionRow } from '../store/tables';
import { formatTimestamp } from '../time/formatTimestamp';

const MAX_MESSAGE_LENGTH = 1024;
const MAX_REASON_LENGTH = 128;

/** PostgreSQL has no NUL in a text, and nobody reads a message without end. */
function clip(text: string, length: number): string {
  const clean = text.replaceAll('\0', '\uFFFD');
  return clean.length <= length ? clean : `${clean.slice(0, length - 1)}…`;
}

export function toEvent(row: EventRow): ArenaEvent {
  return {
    id: row.id,
    type: row.type,
    reason: row.reason,
    message: row.message,
    count: row.count,
    firstTimestamp: formatTimestamp(new Date(Number(row.first_at))),
    lastTimestamp: formatTimestamp(new Date(Number(row.last_at))),
    involvedObject: {
      kind: row.kind as ArenaKind,
      namespace: row.namespace,
      name: row.name,
      uid: row.uid,
    },
  };
}

async function dropOldest(
  tx: Knex.Transaction,
  options: { cluster: string; uid: string; keep: number },
): Promise<void> {
  const { cluster, uid, keep } = options;
  const oldest = await tx<EventRow>('resource_events')
    .where({ cluster, uid })
    .orderBy('resource_version', 'desc')
    .offset(keep)
    .limit(100)
    .select('id');
  if (oldest.length > 0) {
    await tx<EventRow>('resource_events')
      .whereIn(
        'id',
        oldest.map(row => row.id),
      )
      .delete();
  }
}

/**
 * Counts an event or adds it.
 *
 * @returns the version under which it is in the history
 */
export async function recordEvent(
  tx: Knex.Transaction,
  options: {
    cluster: string;
    object: ArenaObject;
    event: { type: 'Normal' | 'Warning'; reason: string; message: string };
    now: Date;
    maxPerObject: number;
  },
): Promise<number> {
  const { cluster, object, event, now } = options;
  const { uid, namespace, name } = object.metadata;
  const version = await allocateVersion(tx, cluster);
  const reason = clip(event.reason, MAX_REASON_LENGTH);
  const message = clip(event.message, MAX_MESSAGE_LENGTH);
  const hash = createHash('sha256').update(message).digest('hex');

  // The version's lock is held, so nobody else counts at the same time.
  let [row] = await tx<EventRow>('resource_events')
    .where({ cluster, uid, reason, message_hash: hash })
    .update({
      count: tx.raw('count + 1'),
      type: event.type,
      last_at: now.getTime(),
      resource_version: version,
    })
    .returning('*');
  if (!row) {
    [row] = await tx<EventRow>('resource_events')
      .insert({
        id: randomUUID(),
        cluster,
        uid,
        kind: object.kind,
        namespace,
        name,
        type: event.type,
        reason,
        message,
        message_hash: hash,
        count: 1,
        first_at: now.getTime(),
        last_at: now.getTime(),
        resource_version: version,
      })
      .returning('*');
    await dropOldest(tx, { cluster, uid, keep: options.maxPerObject });
  }
  await tx<RevisionRow>('resource_revisions').insert({
    cluster,
    resource_version: version,
    kind: 'Event',
    namespace,
    name,
    uid,
    type: 'RECORDED',
    next_version: version,
    changed_at: now.getTime(),
    document: JSON.stringify(toEvent(row)),
  });
  return version;
}
