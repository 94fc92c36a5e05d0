import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegisterResponse } from '@backstage-arena/plugin-arena-common';
import { OutputFile, MANIFEST_NAME, OutputStore } from '../outputs/OutputStore';
import { WrittenReport } from '../reports/ReportFiles';
import { writeReports } from '../reports/writeReports';
import { digestOfFile } from './BundleCache';
import { writeDatasetRun } from './datagen/writeDatasetRun';
import { writeLoadRun } from './load/writeLoadRun';
import {
  ProtocolClient,
  ProtocolError,
  UnreachableError,
} from './ProtocolClient';
import { ReadStreamOptions } from './readLines';
import { readResults } from './readResults';
import { FinalizeAssignment, FinalizeResult } from './WorkLoopOptions';
import { WorkerLogger } from './WorkerLogger';
import {
  TRANSCRIPTS_FORMAT,
  TRANSCRIPTS_NAME,
  writeTranscripts,
} from './writeTranscripts';

/**
 * How long a step of finalising may fail while the backend answers other requests. Short against the patience with a silent
 * backend: attempts to finalise are counted, and a run that waits for its reports is not over.
 */
const FINALIZE_PATIENCE_MS = 2 * 60_000;

const GZIP = 'application/gzip';

/** The backend does not keep a file of this size. */
const TOO_LARGE = 413;

export interface FinalizerOptions {
  client: ProtocolClient;
  logger: WorkerLogger;
  registration: Pick<RegisterResponse, 'runId' | 'pins'>;
  /** For temporary files. */
  workingDirectory: string;
  /** The output of the run, if it has one. */
  output: (assignment: FinalizeAssignment) => Promise<OutputStore | undefined>;
}

/**
 * Writes a run's reports: from the stream of results into temporary files, from there to the backend and then, when the run has one,
 * to its output. The manifest comes last in both.
 */
export class Finalizer {
  readonly #options: FinalizerOptions;
  /** What the backend has: the results do not change any more, so that an output that failed is tried again with these. */
  #written: ReportFile[] | undefined;

  constructor(options: FinalizerOptions) {
    this.#options = options;
  }

  /** @returns undefined when the signal aborted. */
  async run(
    assignment: FinalizeAssignment,
    signal: AbortSignal,
  ): Promise<FinalizeResult | undefined> {
    const { logger } = this.#options;
    try {
      this.#written ??= await this.#write(assignment, signal);
      await this.#store(this.#written, assignment, signal);
      logger.info('The reports are written', {
        files: this.#written.map(file => file.name),
      });
      return { ok: true, files: keptOf(this.#written) };
    } catch (error) {
      if (signal.aborted) return undefined;
      // Of a backend that is there, the attempt is given back, so that it can count it; one that is away hears nothing.
      if (error instanceof UnreachableError && !error.answersOthers) {
        throw error;
      }
      const message = error instanceof Error ? error.message : String(error);
      logger.error('The reports could not be written', { reason: message });
      return {
        ok: false,
        message: message.slice(0, 4_000),
        files: this.#written && keptOf(this.#written),
      };
    }
  }

  /** Files in a folder that goes with the working directory, or at once when something fails. */
  async #write(
    assignment: FinalizeAssignment,
    signal: AbortSignal,
  ): Promise<ReportFile[]> {
    const { workingDirectory } = this.#options;
    const folder = await mkdtemp(join(workingDirectory, 'reports-'));
    try {
      const files = await this.#writeFiles(assignment, folder, signal);
      for (const file of files) {
        signal.throwIfAborted();
        if (file.isKept) file.isKept = await this.#upload(file, signal);
      }
      return files;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (
        error instanceof Error &&
        'code' in error &&
        error.code === 'ENOSPC'
      ) {
        throw new Error(
          `The worker has no room left to write the reports to before they are stored, in ${workingDirectory} (${error.message})`,
          { cause: error },
        );
      }
      throw error;
    }
  }

  async #store(
    files: readonly OutputFile[],
    assignment: FinalizeAssignment,
    signal: AbortSignal,
  ): Promise<void> {
    const output = await this.#options.output(assignment);
    if (!output) return;
    try {
      await output.open();
      for (const file of files) {
        signal.throwIfAborted();
        await output.put(file, signal);
      }
      await output.finish();
      this.#options.logger.info('The output is written', { url: output.url });
    } finally {
      output.close();
    }
  }

  async #writeFiles(
    assignment: FinalizeAssignment,
    folder: string,
    signal: AbortSignal,
  ): Promise<ReportFile[]> {
    const { client, logger, registration } = this.#options;
    const stream = {
      client,
      logger,
      signal,
      patienceMs: FINALIZE_PATIENCE_MS,
    };
    const { reports, summary } = await this.#writeReports(
      stream,
      assignment,
      folder,
    );
    const files = await Promise.all(reports.map(describeFile));
    if (assignment.formats.includes(TRANSCRIPTS_FORMAT)) {
      const path = join(folder, TRANSCRIPTS_NAME);
      await writeTranscripts({ ...stream, path });
      const file = { name: TRANSCRIPTS_NAME, path, contentType: GZIP };
      // The portal has them already, for as long as it keeps them, and shows them to those alone who may read them.
      files.push({ ...(await describeFile(file)), isKept: false });
    }

    const manifestPath = join(folder, MANIFEST_NAME);
    const { pins } = registration;
    await writeFile(
      manifestPath,
      `${JSON.stringify(
        {
          version: 1,
          runId: registration.runId,
          type: pins.type,
          source: pins.source,
          arenaFile: pins.arenaFile,
          engineVersion: pins.engineVersion,
          summary,
          files: files.map(identityOf),
        },
        null,
        2,
      )}\n`,
    );
    files.push(
      await describeFile({
        name: MANIFEST_NAME,
        path: manifestPath,
        contentType: 'application/json',
      }),
    );

    return files;
  }

  async #writeReports(
    stream: ReadStreamOptions,
    assignment: FinalizeAssignment,
    directory: string,
  ): Promise<{ reports: WrittenReport[]; summary: object }> {
    const { runId, pins } = this.#options.registration;
    if (pins.load) return writeLoadRun({ ...stream, directory });
    if (pins.dataset) return writeDatasetRun({ ...stream, directory, runId });
    return writeReports({
      rows: readResults(stream),
      formats: assignment.formats.filter(
        format => format !== TRANSCRIPTS_FORMAT,
      ),
      directory,
      title: runId,
    });
  }

  /** @returns false when the file is too large for the backend, and goes to the output alone. */
  async #upload(file: OutputFile, signal: AbortSignal): Promise<boolean> {
    const { client, logger, registration } = this.#options;
    try {
      await client.request(
        {
          method: 'PUT',
          path: `/reports/${encodeURIComponent(file.name)}`,
          body: {
            content: () => createReadStream(file.path),
            contentType: file.contentType,
            length: file.size,
          },
          signal,
          patienceMs: FINALIZE_PATIENCE_MS,
        },
        response => response.body.dump(),
      );
      return true;
    } catch (error) {
      const { output } = registration.pins;
      const isTooLarge =
        error instanceof ProtocolError && error.status === TOO_LARGE;
      if (!isTooLarge || !output) throw error;
      logger.warn('A report is too large for the portal', {
        file: file.name,
        reason: error.message,
      });
      return false;
    }
  }
}

/** A report, and whether the portal has it too. */
interface ReportFile extends OutputFile {
  isKept: boolean;
}

/** What the manifest and the backend know of a file. */
function identityOf({ name, size, digest }: OutputFile) {
  return { name, size, digest };
}

function keptOf(files: readonly ReportFile[]) {
  return files.filter(({ isKept }) => isKept).map(identityOf);
}

async function describeFile(file: WrittenReport): Promise<ReportFile> {
  const { size } = await stat(file.path);
  const digest = await digestOfFile(file.path);
  return { ...file, size, digest, isKept: true };
}
