import { join } from 'node:path';
import {
  BundleError,
  describeBundle,
  ENGINE_VERSION,
  loadBundle,
  PlanError,
} from '@backstage-arena/arena-engine';
import { z } from 'zod/v4';
import { ArchiveError, unpackArchive } from '../archive/unpackArchive';
import { unpackOnce } from '../archive/unpackOnce';
import {
  makeWorkingDirectory,
  removeWorkingDirectory,
} from '../archive/workingDirectory';
import { rowFieldsOf } from '../reports/datagen/rowFieldsOf';
import { PlanRunReply, planRunRequestSchema } from './protocol';

/**
 * Plans a run from the text of a request. What is wrong with the request or the bundle is an answer; only faults of the machine
 * or of this program reject.
 */
export async function planRun(input: string): Promise<PlanRunReply> {
  let request: z.output<typeof planRunRequestSchema>;
  try {
    request = planRunRequestSchema.parse(JSON.parse(input));
  } catch (error) {
    return failure('InvalidRequest', describeRequestError(error));
  }

  let workingDirectory: string | undefined;
  try {
    let { directory } = request;
    const { archive } = request;
    if (archive !== undefined) {
      if (request.unpackTo === undefined) {
        workingDirectory = await makeWorkingDirectory();
      }
      directory = request.unpackTo ?? join(workingDirectory!, 'bundle');
      await unpackOnce(directory, ({ content }) =>
        unpackArchive(archive, content),
      );
    }
    const { arenaFile } = request;
    if (request.describe) {
      return {
        ok: true,
        description: await describeBundle(directory!, { arenaFile }),
      };
    }
    const bundle = await loadBundle(directory!, {
      arenaFile,
      compat: request.compat,
    });
    const plan = bundle.plan(request.options);
    return {
      ok: true,
      plan,
      rowFields:
        request.options.dataGen && rowFieldsOf(bundle.rowSchemas(plan)),
      engineVersion: ENGINE_VERSION,
      warnings: bundle.warnings,
      providerGroups: bundle.providerGroups,
      scenarioIds: bundle.scenarioIds,
      concurrency: bundle.concurrency,
    };
  } catch (error) {
    if (error instanceof ArchiveError) {
      return failure('InvalidArchive', error.message);
    }
    if (error instanceof BundleError) {
      return {
        ok: false,
        reason: 'InvalidBundle',
        message: error.message,
        problems: error.problems,
      };
    }
    if (error instanceof PlanError) {
      return failure(error.reason, error.message);
    }
    throw error;
  } finally {
    if (workingDirectory) removeWorkingDirectory(workingDirectory);
  }
}

function failure(reason: string, message: string): PlanRunReply {
  return { ok: false, reason, message, problems: [] };
}

function describeRequestError(error: unknown): string {
  if (error instanceof z.ZodError) {
    const faults = error.issues.map(issue => {
      const field = issue.path.join('.');
      return field ? `${field}: ${issue.message}` : issue.message;
    });
    return `The planning request is invalid: ${faults.join('; ')}`;
  }
  return `The planning request is not JSON: ${
    error instanceof Error ? error.message : error
  }`;
}
