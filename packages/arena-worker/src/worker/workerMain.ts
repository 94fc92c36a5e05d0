import { secretTexts } from '@backstage-arena/plugin-arena-common';
import { CliError, EXIT } from '../cli/errors';
import { onInterrupt } from '../cli/onInterrupt';
import {
  makeWorkingDirectory,
  removeWorkingDirectory,
} from '../archive/workingDirectory';
import { rehearseUntil } from '../plan/rehearseUntil';
import { environmentFromParent } from './environmentFromParent';
import { guardMainThread, onParentGone } from './guardProcess';
import { runWorker } from './runWorker';
import { takeWorkerEnvironment } from './WorkerEnvironment';
import { createWorkerLogger } from './WorkerLogger';

/**
 * `arena worker`: works on one run for a backend. Ends with 0 only when the run is closed, so that whoever started it knows
 * whether to start another.
 */
export async function workerMain(
  options: { wait?: boolean } = {},
): Promise<void> {
  guardMainThread();
  if (options.wait) {
    const environment = await rehearseUntil(environmentFromParent(), {
      executes: true,
    });
    Object.assign(process.env, environment);
  }
  const environment = takeWorkerEnvironment(process.env);
  let verbose = false;
  const logger = createWorkerLogger({
    fields: { runId: environment.runId, workerId: environment.workerId },
    secrets: [environment.token, ...credentials(process.env)],
    verbose: () => verbose || process.env.ARENA_VERBOSE === 'true',
  });

  let workingDirectory: string | undefined;
  const leave = (code: number): never => {
    if (workingDirectory) removeWorkingDirectory(workingDirectory);
    process.exit(code);
  };
  const crash = (error: unknown) => {
    logger.error(
      error instanceof Error ? error.message : String(error),
      error instanceof CliError
        ? { details: error.details }
        : { stack: error instanceof Error ? error.stack : undefined },
    );
    leave(EXIT.failed);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.removeAllListeners('warning');
  process.on('warning', warning =>
    logger.warn(warning.message, { warning: warning.name }),
  );
  onParentGone(() => {
    logger.warn('The process that started this worker is gone');
    leave(EXIT.failed);
  });

  const drain = new AbortController();
  onInterrupt({
    first: signal => {
      logger.info(`Received ${signal}`);
      drain.abort();
    },
    again: () => leave(EXIT.terminated),
  });

  try {
    workingDirectory = await makeWorkingDirectory();
    const outcome = await runWorker({
      environment,
      logger,
      workingDirectory,
      drain: drain.signal,
      onVerbose: value => {
        verbose = value;
      },
      secret: name => process.env[name],
    });
    leave(outcome === 'closed' ? EXIT.ok : EXIT.terminated);
  } catch (error) {
    crash(error);
  }
}

/** Values of the slots in which the launcher puts the secrets of the run's providers. */
function credentials(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('ARENA_CREDENTIAL_') && value ? secretTexts(value) : [],
  );
}
