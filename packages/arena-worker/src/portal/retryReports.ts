import { setTimeout as pause } from 'node:timers/promises';
import { Run } from '@backstage-arena/plugin-arena-common';
import { CliError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { RetryReportsFlags } from '../commands/retryReports';
import { findRun } from './findRun';
import { openPortal, Portal } from './openPortal';

const POLL_MS = 1_000;

/** `arena retry-reports` */
export async function retryReportsCommand(
  target: string,
  flags: RetryReportsFlags,
): Promise<void> {
  const portal = await openPortal(flags);
  const { id } = await findRun(portal, target);
  let run = await portal.api.retryReports(id);
  if (flags.wait) run = await untilClosed(portal, run);
  if (flags.output === 'json') printJson(run);
  if (flags.wait && run.finalizeError) {
    throw new CliError(
      `The reports of the run could not be written: ${run.finalizeError}`,
    );
  }
  if (flags.output === 'json') return;
  process.stdout.write(
    flags.wait
      ? `The reports of run ${id} are written: ${run.reports
          .map(({ name }) => name)
          .join(', ')}\n`
      : `The reports of run ${id} are being written\n`,
  );
}

async function untilClosed(portal: Portal, started: Run): Promise<Run> {
  let run = started;
  while (run.state !== 'Closed') {
    await pause(POLL_MS);
    run = await portal.api.run(run.id);
  }
  return run;
}
