import {
  LoadCourse,
  LoadReport,
} from '@backstage-arena/plugin-arena-common/load';
import { stringifyError } from '@backstage/errors';
import { PlannedRun } from '../runs/PlannedRun';
import { giveWay } from '../time/giveWay';
import { controlsOf, lastVerdictOf } from './controlsOf';
import { finishLoad } from './finishLoad';
import { LoadContext } from './LoadObserver';
import { restoreSnapshot } from './loadSnapshots';
import { readBatches } from './readBatches';
import { readLoadRow } from './readLoad';
import { readStoredReport } from './storedReport';
import { logFields } from '../runs/logFields';

const CUT_SHORT = ['threshold', 'budget'] as const;

/**
 * The final report of a run that takes nothing more. Of a test that was cut off, for example by a cancellation, it is made of what its workers had
 * reported by then, once.
 */
export async function settleLoad(
  context: LoadContext,
  run: PlannedRun,
): Promise<LoadReport> {
  const { knex } = context;
  const row = await readLoadRow(knex, run);
  const stored =
    row.state === 'over' ? await readStoredReport(knex, run.seq) : undefined;
  if (stored) return stored;
  const course = new LoadCourse(run.pins.load!);
  const controls = controlsOf(row);
  course.setControls(controls);
  const after = await restoreSnapshot(knex, run.seq, course.accumulator);
  for await (const { second, read } of readBatches(knex, run.seq, { after })) {
    try {
      await course.accumulator.addInParts(await read(), () => giveWay());
    } catch (error) {
      context.logger.error(
        `Run ${
          run.runId
        }: a record of second ${second} cannot be read: ${stringifyError(
          error,
        )}`,
        logFields(run),
      );
    }
  }
  course.resume(controls, lastVerdictOf(row));
  const elapsedMs = (course.accumulator.lastSecond + 1) * 1_000;
  const report = course.report({
    title: run.jobName,
    startedAt: new Date(Number(row.origin_at ?? context.clock.now())),
    elapsedMs,
    // Whatever was on its way was cut off.
    endedBy: CUT_SHORT.find(reason => reason === row.ended_by) ?? 'stopped',
    stoppedAtMs: row.stopped_at_ms ?? elapsedMs,
  });
  await finishLoad(context, run, { report });
  return report;
}
