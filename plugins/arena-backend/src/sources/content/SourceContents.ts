import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  SourceBundle,
  SourceDiff,
  SourceFile,
  SourceFileContent,
} from '@backstage-arena/plugin-arena-common';
import { SnapshotStore } from '@backstage-arena/plugin-arena-node';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createSlots } from '../../planning/createSlots';
import { PlanProcesses } from '../../planning/PlanProcesses';
import { ArchivedFile, readArchive } from '../../snapshots/readArchive';
import { UnpackedBundles } from '../../snapshots/UnpackedBundles';
import { parseBundleReply } from './BundleReply';
import { diffFiles, wantsContent } from './diffFiles';
import { decodeText } from './decodeText';

/** Options of {@link SourceContents}. */
export interface SourceContentsOptions {
  snapshots: Pick<SnapshotStore, 'open'>;
  /** Reads bundles: they are foreign, and need a process of their own. */
  planProcesses: Pick<PlanProcesses, 'ask'>;
  bundles: Pick<UnpackedBundles, 'locate'>;
  /** Folder for archives while a process reads them. */
  temporaryDirectory: string;
}

/** Most of one file that is served. */
const MAX_TEXT_BYTES = 1024 * 1024;
/** Answers that are kept: content never changes. */
const MAX_REMEMBERED = 50;
/** Processes that read bundles. */
const MAX_PROCESSES = 2;

/** What is in the snapshots of sources, by digest. */
export class SourceContents {
  readonly #options: SourceContentsOptions;
  readonly #slots = createSlots(MAX_PROCESSES);
  readonly #files = new Map<string, Promise<SourceFile[]>>();
  readonly #bundles = new Map<string, Promise<SourceBundle>>();

  constructor(options: SourceContentsOptions) {
    this.#options = options;
  }

  /** By path. */
  files(digest: string): Promise<SourceFile[]> {
    return remember(this.#files, digest, async () => {
      const files: SourceFile[] = [];
      for await (const file of this.#read(digest)) {
        const hash = createHash('sha256');
        for await (const chunk of file.content) hash.update(chunk);
        const { path, size, executable } = file;
        files.push({ path, size, executable, sha256: hash.digest('hex') });
      }
      return files.sort((a, b) => (a.path < b.path ? -1 : 1));
    });
  }

  /** @throws NotFoundError */
  async file(digest: string, path: string): Promise<SourceFileContent> {
    const file = (await this.files(digest)).find(one => one.path === path);
    if (!file) {
      throw new NotFoundError(`There is no file '${path}' in this revision`);
    }
    const content = (await this.#contents(digest, [file])).get(path)!;
    const truncated = file.size > MAX_TEXT_BYTES;
    const text = decodeText(content, { truncated });
    return { ...file, truncated, ...(text !== undefined && { text }) };
  }

  async diff(from: string, to: string): Promise<SourceDiff> {
    const [before, after] = await Promise.all([
      this.files(from),
      this.files(to),
    ]);
    const wanted = wantsContent(before, after);
    const [old, now] = await Promise.all([
      this.#contents(from, wanted.before),
      this.#contents(to, wanted.after),
    ]);
    return {
      from,
      to,
      files: await diffFiles({
        before,
        after,
        contents: { before: old, after: now },
      }),
    };
  }

  /** @throws ConflictError when the bundle cannot be read at all, for example within the time for planning */
  async bundle(digest: string, arenaFile?: string): Promise<SourceBundle> {
    const key = JSON.stringify([digest, arenaFile]);
    return remember(this.#bundles, key, async () => {
      const reply = await this.#slots(() => this.#describe(digest, arenaFile));
      if (!reply.ok) throw new ConflictError(reply.message);
      return reply.description;
    });
  }

  async #describe(digest: string, arenaFile?: string) {
    const { bundles, planProcesses, snapshots, temporaryDirectory } =
      this.#options;
    const ask = (place: object) =>
      planProcesses.ask(
        { ...place, arenaFile, describe: true },
        parseBundleReply,
      );
    const bundle = await bundles.locate(digest);
    if (bundle.exists) return ask({ directory: bundle.path });
    await mkdir(temporaryDirectory, { recursive: true });
    const folder = await mkdtemp(join(temporaryDirectory, 'describe-'));
    try {
      const archive = join(folder, 'bundle.tar.gz');
      const { content } = await snapshots.open(digest);
      await pipeline(content, createWriteStream(archive));
      return await ask({ archive, unpackTo: bundle.path });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The beginnings of files, each as much as is served. */
  async #contents(
    digest: string,
    files: readonly SourceFile[],
  ): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    if (files.length === 0) return found;
    const wanted = new Set(files.map(({ path }) => path));
    for await (const file of this.#read(digest)) {
      if (!wanted.has(file.path)) continue;
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of file.content) {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= MAX_TEXT_BYTES) break;
      }
      found.set(file.path, Buffer.concat(chunks).subarray(0, MAX_TEXT_BYTES));
      if (found.size === wanted.size) break;
    }
    return found;
  }

  async *#read(digest: string): AsyncGenerator<ArchivedFile> {
    const { content } = await this.#options.snapshots.open(digest);
    yield* readArchive(content);
  }
}

/** @throws InputError unless it is the digest of a snapshot */
export function checkDigest(digest: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new InputError(
      `Invalid digest '${digest}': allowed is sha256:<64 hexadecimal digits>, as in the list of revisions`,
    );
  }
  return digest;
}

function remember<T>(
  known: Map<string, Promise<T>>,
  key: string,
  find: () => Promise<T>,
): Promise<T> {
  const found = known.get(key) ?? find();
  known.delete(key);
  known.set(key, found);
  // A failure may pass.
  found.catch(() => known.get(key) === found && known.delete(key));
  if (known.size > MAX_REMEMBERED) {
    const [oldest] = known.keys();
    known.delete(oldest);
  }
  return found;
}
