import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegisterResponse } from '@backstage-arena/plugin-arena-common';
import { writeReports } from '../reports/writeReports';
import { OutputFile, MANIFEST_NAME, OutputStore } from '../outputs/OutputStore';
import { digestOfFile } from './BundleCache';
import { writeLoadRun } from './load/writeLoadRun';
import { ProtocolClient, UnreachableError } from './ProtocolClient';
import { readResults } from './readResults';
import { FinalizeAssignment, FinalizeResult } from './WorkLoopOptions';
import { WorkerLogger } from './WorkerLogger';

/**
 * How long a step of finalising may fail while the backend answers other requests. Short against the patience with a silent
 * backend: attempts to finalise are counted, and a run that waits for its reports is not over.
 */
const FINALIZE_PATIENCE_MS = 2 * 60_000;

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
  #written: OutputFile[] | undefined;

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
      return { ok: true, files: this.#written.map(identityOf) };
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
        files: this.#written?.map(identityOf),
      };
    }
  }

  /** Files in a folder that goes with the working directory, or at once when something fails. */
  async #write(
    assignment: FinalizeAssignment,
    signal: AbortSignal,
  ): Promise<OutputFile[]> {
    const { workingDirectory } = this.#options;
    const folder = await mkdtemp(join(workingDirectory, 'reports-'));
    try {
      const files = await this.#writeFiles(assignment, folder, signal);
      for (const file of files) {
        signal.throwIfAborted();
        await this.#upload(file, signal);
      }
      return files;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
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
  ): Promise<OutputFile[]> {
    const { client, logger, registration } = this.#options;
    const stream = {
      client,
      logger,
      signal,
      patienceMs: FINALIZE_PATIENCE_MS,
    };
    const { reports, summary } = registration.pins.load
      ? await writeLoadRun({ ...stream, directory: folder })
      : await writeReports({
          rows: readResults(stream),
          formats: assignment.formats,
          directory: folder,
          title: registration.runId,
        });
    const files = await Promise.all(reports.map(describeFile));

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

  async #upload(file: OutputFile, signal: AbortSignal): Promise<void> {
    await this.#options.client.request(
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
  }
}

/** What the manifest and the backend know of a file. */
function identityOf({ name, size, digest }: OutputFile) {
  return { name, size, digest };
}

async function describeFile(
  file: Pick<OutputFile, 'name' | 'path' | 'contentType'>,
): Promise<OutputFile> {
  const { size } = await stat(file.path);
  return { ...file, size, digest: await digestOfFile(file.path) };
}
