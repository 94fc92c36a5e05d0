import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegisterResponse } from '@backstage-arena/plugin-arena-common';
import { writeReports } from '../reports/writeReports';
import { digestOfFile } from './BundleCache';
import { MANIFEST_NAME, OutputFolder } from './OutputFolder';
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
}

interface OutputFile {
  name: string;
  path: string;
  size: number;
  digest: string;
  contentType: string;
}

/**
 * Writes a run's reports: from the stream of results into temporary files, from there to the backend and, when the run has one,
 * to its output folder. The manifest comes last in both.
 */
export class Finalizer {
  readonly #options: FinalizerOptions;

  constructor(options: FinalizerOptions) {
    this.#options = options;
  }

  /** @returns undefined when the signal aborted. */
  async run(
    assignment: FinalizeAssignment,
    signal: AbortSignal,
  ): Promise<FinalizeResult | undefined> {
    const { logger, workingDirectory } = this.#options;
    const folder = await mkdtemp(join(workingDirectory, 'reports-'));
    try {
      const files = await this.#write(assignment, folder, signal);
      logger.info('The reports are written', {
        files: files.map(file => file.name),
      });
      return {
        ok: true,
        files: files.map(({ name, size, digest }) => ({ name, size, digest })),
      };
    } catch (error) {
      if (signal.aborted) return undefined;
      // Of a backend that is there, the attempt is given back, so that it can count it; one that is away hears nothing.
      if (error instanceof UnreachableError && !error.answersOthers) {
        throw error;
      }
      const message = error instanceof Error ? error.message : String(error);
      logger.error('The reports could not be written', { reason: message });
      return { ok: false, message: message.slice(0, 4_000) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #write(
    assignment: FinalizeAssignment,
    folder: string,
    signal: AbortSignal,
  ): Promise<OutputFile[]> {
    const { client, logger, registration } = this.#options;
    const { outputDirectory } = assignment;
    // Before the work, so that a folder that belongs to another run is refused at once.
    const output =
      outputDirectory === undefined
        ? undefined
        : await OutputFolder.claim(outputDirectory, registration.runId);

    const { reports, summary } = await writeReports({
      rows: readResults({
        client,
        logger,
        signal,
        patienceMs: FINALIZE_PATIENCE_MS,
      }),
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
          files: files.map(({ name, size, digest }) => ({
            name,
            size,
            digest,
          })),
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

    for (const file of files) {
      signal.throwIfAborted();
      await this.#upload(file, signal);
      await output?.add(file.name, file.path);
    }
    await output?.finish();
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

async function describeFile(
  file: Pick<OutputFile, 'name' | 'path' | 'contentType'>,
): Promise<OutputFile> {
  const { size } = await stat(file.path);
  return { ...file, size, digest: await digestOfFile(file.path) };
}
