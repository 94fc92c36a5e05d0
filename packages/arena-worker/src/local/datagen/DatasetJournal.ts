import {
  appendFileSync,
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
} from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod/v4';
import {
  datasetRowSchema,
  REJECT_REASONS,
} from '@backstage-arena/plugin-arena-common/datagen';
import { jsonLine } from '../../reports/datagen/jsonLine';

const FOLDER = '.datagen';
const RUN = 'run.json';
const ATTEMPTS = 'attempts.jsonl';
const LINE_END = 0x0a;
const BLOCK = 64 * 1024;

const runSchema = z.object({
  version: z.literal(1),
  runId: z.string(),
  /** What the rows depend on; see `DatasetJournal.open`. */
  identity: z.string(),
});

const common = {
  attempt: z.int().min(0),
  cost: z.number().min(0),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Of the tally, after the attempt. */
  barren: z.int().min(0),
};

const entrySchema = z.discriminatedUnion('state', [
  z.object({
    ...common,
    state: z.literal('accepted'),
    row: datasetRowSchema,
    /** In base64, when near-duplicates are told by it. */
    embedding: z.base64().optional(),
  }),
  z.object({
    ...common,
    state: z.literal('rejected'),
    reason: z.enum(REJECT_REASONS),
  }),
  z.object({ ...common, state: z.enum(['surplus', 'unfinished']) }),
]);

/** What became of an attempt. */
export type JournalEntry = z.infer<typeof entrySchema>;

/**
 * What a run in one process has done, attempt by attempt, in a folder beside its files: a run that was interrupted goes on from it, and pays for
 * nothing twice. It ends with the run.
 */
export class DatasetJournal {
  readonly runId: string;
  /** There is something to go on from. */
  readonly isResumed: boolean;
  readonly directory: string;
  readonly #path: string;
  readonly #file: number;

  private constructor(options: {
    directory: string;
    runId: string;
    isResumed: boolean;
  }) {
    this.directory = options.directory;
    this.runId = options.runId;
    this.isResumed = options.isResumed;
    this.#path = join(options.directory, ATTEMPTS);
    this.#file = openSync(this.#path, 'a+');
    cutTornLine(this.#file);
  }

  /**
   * Goes on with the journal that is there, when the rows of both depend on the same; otherwise begins a new one.
   *
   * @param options.out - folder of the results, exists
   * @param options.runId - of a new run
   */
  static async open(options: {
    out: string;
    identity: string;
    runId: string;
  }): Promise<DatasetJournal> {
    const { out, identity } = options;
    const directory = join(out, FOLDER);
    const before = await readRun(join(directory, RUN));
    if (before?.identity === identity) {
      return new DatasetJournal({
        directory,
        runId: before.runId,
        isResumed: true,
      });
    }
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
    const { runId } = options;
    const run: z.infer<typeof runSchema> = { version: 1, runId, identity };
    await writeFile(join(directory, RUN), `${JSON.stringify(run)}\n`);
    return new DatasetJournal({ directory, runId, isResumed: false });
  }

  /** At once: what is in it outlives the process. */
  add(entry: JournalEntry): void {
    appendFileSync(this.#file, `${jsonLine(entry)}\n`);
  }

  /** Everything that is in it, in order. */
  async *entries(): AsyncIterable<JournalEntry> {
    const lines = createInterface({ input: createReadStream(this.#path) });
    for await (const line of lines) yield entrySchema.parse(JSON.parse(line));
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Forgets everything: the run is over. */
  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
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
