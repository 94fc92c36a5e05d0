import { formatTimestamp } from '../../time/formatTimestamp';
import { Observation } from '../conditions';
import { isKept } from './jobFinalizer';
import { JobWorld } from './JobWorld';

/** Condition that says what became of the reports of the run, whatever became of the job. */
export const REPORTS_WRITTEN = 'ReportsWritten';

/** Undefined until there is something to report. */
export function describeReports({
  job,
  run,
  pool,
  launchObstacle,
}: Pick<JobWorld, 'job' | 'run' | 'pool' | 'launchObstacle'>):
  | Observation
  | undefined {
  if (!run || run.state === 'Running') return undefined;
  const { finalizeError: error } = run;
  if (run.state === 'Finalizing') {
    const trouble = launchObstacle ?? pool.trouble;
    if (trouble) return observe('Unknown', trouble.reason, trouble.message);
    return error
      ? observe('Unknown', 'Retrying', `Writing is tried again after: ${error}`)
      : observe('Unknown', 'Writing', 'The reports are being written');
  }
  if (error) {
    // Earlier releases did not try again, and left times behind.
    const again =
      run.reportsDueAt && isKept(job)
        ? `. It is tried again at ${formatTimestamp(run.reportsDueAt)}`
        : '';
    return observe(
      'False',
      'OutputFailed',
      `The reports could not be written: ${error}${again}`,
    );
  }
  return run.finalized
    ? observe('True', 'ReportsWritten', 'The reports are written')
    : observe(
        'False',
        'ReportsNotWritten',
        'The run was ended before its reports were written',
      );
}

function observe(
  status: Observation['status'],
  reason: string,
  message: string,
): Observation {
  return { type: REPORTS_WRITTEN, status, reason, message };
}
