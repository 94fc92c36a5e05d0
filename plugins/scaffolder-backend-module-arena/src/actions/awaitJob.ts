import { LoggerService } from '@backstage/backend-plugin-api';
import {
  AuthenticationError,
  InputError,
  ResponseError,
} from '@backstage/errors';
import {
  ArenaApi,
  ArenaObject,
  Condition,
} from '@backstage-arena/plugin-arena-common';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobAddress, jobLinks } from './jobAddress';
import { DEFAULT_TIMEOUT_MINUTES } from './jobSchema';

const POLL_MS = 2_000;
const FINAL_PHASES = ['Succeeded', 'Failed', 'Cancelled'];

/** What a job has come to. */
export interface JobEnd {
  phase: string;
  reason: string;
  message: string;
  /** Empty when none was started. */
  runId: string;
  summary: Record<string, string>;
}

interface JobStatus {
  phase?: string;
  progress?: {
    total: number;
    completed: number;
    failed: number;
    pending: number;
  };
  result?: { summary?: Record<string, string> };
  run?: { id: string };
  conditions?: Condition[];
}

/** What is used of the context of a step that waits. */
export interface WaitContext {
  input: { timeoutMinutes?: number; failOnUnsuccessful?: boolean };
  logger: LoggerService;
  signal?: AbortSignal;
  output(name: keyof JobEnd, value: JobEnd[keyof JobEnd]): void;
}

/**
 * Waits until a job has ended, says how it goes on in the log of the task whenever that has changed, and gives what it has come to to
 * the steps that follow.
 *
 * @throws Error when the time is over, or when the job does not succeed and `failOnUnsuccessful` is set; the job itself goes on.
 */
export async function awaitJob(
  client: ArenaApi,
  address: JobAddress,
  options: { appUrl: string; ctx: WaitContext },
): Promise<void> {
  const { appUrl, ctx } = options;
  const {
    timeoutMinutes = DEFAULT_TIMEOUT_MINUTES,
    failOnUnsuccessful = true,
  } = ctx.input;
  const { jobRef, url } = jobLinks(address, appUrl);
  const deadline = performance.now() + timeoutMinutes * 60_000;
  let said = '';
  for (;;) {
    const { spec, status = {} } = await jobAt(client, address, url);
    if (Object(spec).schedule) {
      throw new InputError(
        `ArenaJob ${jobRef} has a schedule and never ends: wait for one of the jobs that it starts`,
      );
    }
    const line = standing(status);
    if (line !== said) ctx.logger.info(`ArenaJob ${jobRef}: ${line}`);
    said = line;
    if (status.phase !== undefined && FINAL_PHASES.includes(status.phase)) {
      const end = endOf(status, status.phase);
      if (end.phase !== 'Succeeded' && failOnUnsuccessful) {
        throw new Error(
          `ArenaJob ${jobRef} did not succeed: ${end.phase} (${end.reason}): ${end.message} See ${url}`,
        );
      }
      ctx.output('phase', end.phase);
      ctx.output('reason', end.reason);
      ctx.output('message', end.message);
      ctx.output('runId', end.runId);
      ctx.output('summary', end.summary);
      return;
    }
    if (performance.now() >= deadline) {
      throw new Error(
        `ArenaJob ${jobRef} has not ended within ${timeoutMinutes} minutes: ${line}. It goes on: ${url}`,
      );
    }
    await sleep(POLL_MS, undefined, { signal: ctx.signal });
  }
}

async function jobAt(
  client: ArenaApi,
  address: JobAddress,
  url: string,
): Promise<ArenaObject & { status?: JobStatus }> {
  try {
    return await client.get({ ...address, kind: 'ArenaJob' });
  } catch (error) {
    if (!ResponseError.is(error) || error.statusCode !== 401) throw error;
    throw new AuthenticationError(
      `The sign-in of the user who runs the template has ended before the job has. The job goes on: ${url}`,
      error,
    );
  }
}

function standing({ phase = 'Pending', progress, conditions }: JobStatus) {
  const why = conditions?.find(({ type }) => type === 'Ready')?.message;
  if (phase === 'Running' && progress && progress.total > 0) {
    const { total, completed, failed, pending } = progress;
    return `${
      total - pending
    } of ${total} done, ${completed} passed, ${failed} failed`;
  }
  return why && phase === 'Pending' ? `${phase}: ${why}` : phase;
}

function endOf(status: JobStatus, phase: string): JobEnd {
  const said = status.conditions?.find(({ type }) => type === 'Progressing');
  return {
    phase,
    reason: said?.reason ?? phase,
    message: said?.message ?? '',
    runId: status.run?.id ?? '',
    summary: { ...status.result?.summary },
  };
}
