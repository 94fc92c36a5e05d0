import {
  appendFileSync,
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
} from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod/v4';
import { generatedRowSchema } from '@backstage-arena/plugin-arena-common/datagen';
import { jsonLine } from '../../reports/datagen/jsonLine';
import { FileLock } from './FileLock';

const FOLDER = '.datagen';
const LOCK = '.datagen.lock';
const STAGING = 'staging';
const RUN = 'run.json';
const ATTEMPTS = 'attempts.jsonl';
const LINE_END = 0x0a;
const BLOCK = 64 * 1024;

const runSchema = z.object({
  version: z.literal(2),
  runId: z.string(),
  /** What the rows depend on; see `DatasetJournal.open`. */
  identity: z.string(),
});

const amount = z.number().min(0);

const finishedSchema = z.object({
  state: z.literal('finished'),
  attempt: z.int().min(0),
  /** In the currency of the providers' prices, as all amounts. */
  cost: amount,
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Absent: it ended with an error. */
  generated: generatedRowSchema.optional(),
});

const entrySchema = z.discriminatedUnion('state', [
  finishedSchema,
  /** A call is about to be made that may cost so much. */
  z.object({ state: z.literal('reserved'), cost: amount }),
  /** It is over. */
  z.object({ state: z.literal('settled'), reserved: amount, cost: amount }),
]);

/** What an attempt brought. What becomes of that is decided in order of attempts. */
export type FinishedAttempt = z.infer<typeof finishedSchema>;

export type JournalEntry = z.infer<typeof entrySchema>;

/**
 * What a run in one process has paid for, in a folder beside its files: a run that was interrupted goes on from it, and pays for nothing twice that
 * was over. It ends with the run. One process at a time has it.
 */
export class DatasetJournal {
  readonly runId: string;
  /** There is something to go on from. */
  readonly isResumed: boolean;
  /** Where a journal of other rows is now, if there was one. */
  readonly kept: string | undefined;
  /** Exists, and is empty: for files that are not whole yet. */
  readonly staging: string;
  readonly #directory: string;
  readonly #path: string;
  readonly #file: number;
  readonly #lock: FileLock;
  #settled = 0;
  /** By number of calls, since amounts like 0.1 do not add up and down to nothing. */
  #open = 0;
  #reserved = 0;
  #isClosed = false;

  private constructor(options: {
    directory: string;
    run: z.infer<typeof runSchema>;
    isResumed: boolean;
    kept: string | undefined;
    lock: FileLock;
  }) {
    this.#directory = options.directory;
    this.#lock = options.lock;
    this.runId = options.run.runId;
    this.isResumed = options.isResumed;
    this.kept = options.kept;
    this.staging = join(options.directory, STAGING);
    this.#path = join(options.directory, ATTEMPTS);
    this.#file = openSync(this.#path, 'a+');
    cutTornLine(this.#file);
  }

  /**
   * Goes on with the journal that is there, when the rows of both depend on the same. Otherwise begins a new one, and keeps the other.
   *
   * @param options.out - folder of the results, exists
   * @param options.runId - of a new run
   * @throws CliError when another process has it
   */
  static async open(options: {
    out: string;
    identity: string;
    runId: string;
  }): Promise<DatasetJournal> {
    const { out, identity, runId } = options;
    const lock = FileLock.take(
      join(out, LOCK),
      `generates data into ${out}: choose another folder with -o, or wait`,
    );
    try {
      const directory = join(out, FOLDER);
      const before = await readRun(join(directory, RUN));
      const isResumed = before?.identity === identity;
      const kept = isResumed ? undefined : await putAside(directory);
      const run = isResumed ? before : { version: 2 as const, runId, identity };
      const staging = join(directory, STAGING);
      await rm(staging, { recursive: true, force: true });
      await mkdir(staging, { recursive: true });
      if (!isResumed) {
        await writeFile(join(directory, RUN), `${JSON.stringify(run)}\n`);
      }
      return new DatasetJournal({ directory, run, isResumed, kept, lock });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** What calls cost, and may have cost of which that is not known. */
  get spent(): number {
    return this.#settled + (this.#open > 0 ? this.#reserved : 0);
  }

  /** At once: what is in it outlives the process. After the end, calls that were cut off stand for what they may have cost. */
  add(entry: JournalEntry): void {
    if (this.#isClosed) return;
    appendFileSync(this.#file, `${jsonLine(entry)}\n`);
    this.#count(entry);
  }

  /** What is in it of attempts, in the order in which they were over. To be read once, as a whole, before anything is added. */
  async *finished(): AsyncIterable<FinishedAttempt> {
    const lines = createInterface({ input: createReadStream(this.#path) });
    for await (const line of lines) {
      const entry = entrySchema.parse(JSON.parse(line));
      if (entry.state === 'finished') yield entry;
      else this.#count(entry);
    }
  }

  close(): void {
    this.#isClosed = true;
    closeSync(this.#file);
    this.#lock.release();
  }

  /** Forgets everything: the run is over. */
  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  #count(entry: JournalEntry): void {
    if (entry.state === 'reserved') {
      this.#open += 1;
      this.#reserved += entry.cost;
    } else if (entry.state === 'settled') {
      this.#open -= 1;
      this.#reserved = Math.max(0, this.#reserved - entry.reserved);
      this.#settled += entry.cost;
    }
  }
}

/** @returns where what was paid for is now, if there was anything */
async function putAside(directory: string): Promise<string | undefined> {
  const attempts = await stat(join(directory, ATTEMPTS)).catch(error => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!attempts?.size) {
    await rm(directory, { recursive: true, force: true });
    return undefined;
  }
  await rm(join(directory, STAGING), { recursive: true, force: true });
  const kept = `${directory}-${new Date().toISOString().replace(/\W/g, '')}`;
  await rename(directory, kept);
  return kept;
}

/** @returns undefined when there is none that can be read: its run had just begun */
async function readRun(
  path: string,
): Promise<z.infer<typeof runSchema> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'ENOENT') throw error;
    return undefined;
  }
  try {
    return runSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The process may have ended in the middle of a line. */
function cutTornLine(file: number): void {
  const block = Buffer.alloc(BLOCK);
  for (let end = fstatSync(file).size; end > 0; ) {
    const start = Math.max(0, end - BLOCK);
    const length = readSync(file, block, 0, end - start, start);
    const last = block.subarray(0, length).lastIndexOf(LINE_END);
    if (last >= 0) {
      ftruncateSync(file, start + last + 1);
      return;
    }
    end = start;
  }
  ftruncateSync(file, 0);
}
