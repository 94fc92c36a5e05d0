import { InputError, NotFoundError } from '@backstage/errors';
import {
  SnapshotInfo,
  SnapshotStore,
} from '@backstage-arena/plugin-arena-node';
import { Knex } from 'knex';
import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { retryWhileBusy, transact } from '../database/transact';
import { Clock } from '../time/Clock';
import { checkRange } from './checkRange';
import { chunked } from './chunked';
import { SnapshotChunkRow, SnapshotRow, SnapshotUploadRow } from './tables';

export interface DatabaseSnapshotStoreOptions {
  knex: Knex;
  clock: Clock;
  /** Bytes per row. Default 1 MiB. */
  chunkSize?: number;
  /** Largest snapshot in bytes. Default 1 GiB. */
  maxSize?: number;
}

/** An upload that wrote nothing for so long was left by a process that died. */
const ABANDONED_AFTER_MS = 60 * 60_000;

/** How exact the time of last use is. */
const TOUCH_INTERVAL_MS = 10 * 60_000;

function notFound(digest: string): NotFoundError {
  return new NotFoundError(`There is no snapshot ${digest}`);
}

/**
 * Snapshots in the Backstage database.
 *
 * @remarks
 * Content is written in rows of one size under a random id while it streams in, without a transaction, since its source may be slow.
 * One transaction at the end makes it a snapshot under its digest, or drops it when there is one already. What a killed process
 * left behind is an upload without a snapshot, which {@link DatabaseSnapshotStore.deleteAbandoned} removes.
 */
export class DatabaseSnapshotStore implements SnapshotStore {
  readonly #knex: Knex;
  readonly #clock: Clock;
  readonly #chunkSize: number;
  readonly #maxSize: number;

  constructor(options: DatabaseSnapshotStoreOptions) {
    this.#knex = options.knex;
    this.#clock = options.clock;
    this.#chunkSize = options.chunkSize ?? 1024 * 1024;
    this.#maxSize = options.maxSize ?? 1024 * 1024 * 1024;
  }

  async put(content: Readable): Promise<SnapshotInfo> {
    const contentId = randomUUID();
    try {
      await retryWhileBusy(() =>
        this.#knex<SnapshotUploadRow>('snapshot_uploads').insert({
          content_id: contentId,
          touched_at: this.#now(),
        }),
      );
      const info = await this.#upload(content, contentId);
      await this.#publish(info, contentId);
      return info;
    } catch (error) {
      content.destroy();
      // If this fails as well, the first error still says more; the remains count as abandoned after a while.
      await this.#discard(contentId).catch(() => undefined);
      throw error;
    }
  }

  async open(
    digest: string,
    range?: { start: number; end?: number },
  ): Promise<{ info: SnapshotInfo; content: Readable }> {
    const row = await this.#find(digest);
    if (!row) {
      throw notFound(digest);
    }
    await this.#touch(row);
    const size = Number(row.size);
    const { start, end } = checkRange(range, size);
    return {
      info: { digest, size },
      content: Readable.from(this.#read(row, start, end), {
        objectMode: false,
      }),
    };
  }

  async has(digest: string): Promise<boolean> {
    return (await this.#find(digest)) !== undefined;
  }

  async delete(digest: string): Promise<void> {
    await this.deleteIf(digest);
  }

  /** Deletes the snapshot unless it was put or opened after the given time. True when it did. */
  async deleteIf(
    digest: string,
    options: { lastUsedBefore?: number } = {},
  ): Promise<boolean> {
    return transact(this.#knex, async tx => {
      const query = tx<SnapshotRow>('snapshots').where({ digest });
      if (options.lastUsedBefore !== undefined) {
        query.where('last_used_at', '<', options.lastUsedBefore);
      }
      // Locks the row; SQLite has no "delete ... returning" in knex.
      const [row] = await query
        .update({ last_used_at: tx.ref('last_used_at') })
        .returning('content_id');
      if (row) {
        const { content_id } = row;
        await tx<SnapshotRow>('snapshots').where({ content_id }).delete();
        await tx<SnapshotChunkRow>('snapshot_chunks')
          .where({ content_id })
          .delete();
      }
      return row !== undefined;
    });
  }

  /** Digests of snapshots last put or opened before a time, in order. */
  async *listUsedBefore(time: number): AsyncGenerator<string> {
    let after = '';
    for (;;) {
      const from = after;
      const rows = await retryWhileBusy(() =>
        this.#knex<SnapshotRow>('snapshots')
          .where('last_used_at', '<', time)
          .where('digest', '>', from)
          .orderBy('digest')
          .limit(500)
          .select('digest'),
      );
      for (const row of rows) {
        yield row.digest;
      }
      if (rows.length < 500) {
        return;
      }
      after = rows[rows.length - 1].digest;
    }
  }

  /** Removes what interrupted uploads left. Returns how many. */
  async deleteAbandoned(): Promise<number> {
    const rows = await this.#knex<SnapshotUploadRow>('snapshot_uploads')
      .where('touched_at', '<', this.#now() - ABANDONED_AFTER_MS)
      .select('content_id');
    for (const row of rows) {
      await this.#discard(row.content_id);
    }
    return rows.length;
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  async #find(digest: string): Promise<SnapshotRow | undefined> {
    if (digest.includes('\0')) {
      return undefined;
    }
    return retryWhileBusy(() =>
      this.#knex<SnapshotRow>('snapshots').where({ digest }).first(),
    );
  }

  async #upload(content: Readable, contentId: string): Promise<SnapshotInfo> {
    const hash = createHash('sha256');
    let size = 0;
    let position = 0;
    for await (const chunk of chunked(content, this.#chunkSize)) {
      hash.update(chunk);
      size += chunk.length;
      if (size > this.#maxSize) {
        throw new InputError(
          `The content is larger than ${
            this.#maxSize
          } bytes, the most that a snapshot may have`,
        );
      }
      const row = { content_id: contentId, position, content: chunk };
      await retryWhileBusy(() =>
        this.#knex<SnapshotChunkRow>('snapshot_chunks').insert(row),
      );
      position += 1;
      await retryWhileBusy(() =>
        this.#knex<SnapshotUploadRow>('snapshot_uploads')
          .where({ content_id: contentId })
          .update({ touched_at: this.#now() }),
      );
    }
    return { digest: `sha256:${hash.digest('hex')}`, size };
  }

  async #publish(info: SnapshotInfo, contentId: string): Promise<void> {
    await transact(this.#knex, async tx => {
      const alive = await tx<SnapshotUploadRow>('snapshot_uploads')
        .where({ content_id: contentId })
        .delete();
      if (alive !== 1) {
        throw new Error(
          'The upload took so long that it was taken for abandoned and removed',
        );
      }
      const [row] = await tx<SnapshotRow>('snapshots')
        .insert({
          digest: info.digest,
          content_id: contentId,
          size: info.size,
          chunk_size: this.#chunkSize,
          last_used_at: this.#now(),
        })
        .onConflict('digest')
        .merge(['last_used_at'])
        .returning('content_id');
      if (row.content_id !== contentId) {
        await tx<SnapshotChunkRow>('snapshot_chunks')
          .where({ content_id: contentId })
          .delete();
      }
    });
  }

  /** Removes an upload, unless it has become a snapshot. */
  async #discard(contentId: string): Promise<void> {
    await transact(this.#knex, async tx => {
      await tx<SnapshotUploadRow>('snapshot_uploads')
        .where({ content_id: contentId })
        .delete();
      await tx<SnapshotChunkRow>('snapshot_chunks')
        .where({ content_id: contentId })
        .whereNotExists(
          tx<SnapshotRow>('snapshots')
            .where({ content_id: contentId })
            .select('digest'),
        )
        .delete();
    });
  }

  /** Who opens a snapshot may be about to write that it is needed: the grace period begins anew. */
  async #touch(row: SnapshotRow): Promise<void> {
    const now = this.#now();
    if (now - Number(row.last_used_at) > TOUCH_INTERVAL_MS) {
      await retryWhileBusy(() =>
        this.#knex<SnapshotRow>('snapshots')
          .where({ digest: row.digest })
          .update({ last_used_at: now }),
      );
    }
  }

  /** One chunk in memory at a time, however large the snapshot is. */
  async *#read(
    row: SnapshotRow,
    start: number,
    end: number,
  ): AsyncGenerator<Buffer> {
    const size = row.chunk_size;
    for (
      let position = Math.floor(start / size);
      position * size <= end;
      position++
    ) {
      const key = { content_id: row.content_id, position };
      const chunk = await retryWhileBusy(() =>
        this.#knex<SnapshotChunkRow>('snapshot_chunks')
          .where(key)
          .first('content'),
      );
      if (!chunk) {
        throw new NotFoundError(
          `Snapshot ${row.digest} was deleted while it was read`,
        );
      }
      const offset = position * size;
      yield chunk.content.subarray(
        Math.max(start - offset, 0),
        Math.min(end - offset + 1, chunk.content.length),
      );
    }
  }
}
