import { ArenaJobSpec, RunGate } from '@backstage-arena/plugin-arena-common';
import { formatPValue, points } from '../../verdicts/describeComparison';
import { Observation } from '../conditions';
import { JobEvent, JobWorld } from './JobWorld';
import { observe } from './statusParts';

/** Condition that says what the baseline said of the run. */
const BASELINE_COMPARED = 'BaselineCompared';

/** What the baseline says, as a condition: false when nothing could be compared. */
export function describeGate({
  gate,
}: Pick<JobWorld, 'gate'>): Observation | undefined {
  if (!gate) return undefined;
  return observe(
    BASELINE_COMPARED,
    isCompared(gate) ? 'True' : 'False',
    gate.verdict,
    gate.message,
  );
}

/** Told once, with the end of the job. */
export function gateEvents({ gate }: Pick<JobWorld, 'gate'>): JobEvent[] {
  if (!gate) return [];
  // The first run of a job has nothing to be compared with; later ones should have.
  const isFine =
    gate.verdict === 'NoRegression' ||
    (gate.verdict === 'NoBaseline' && !gate.earlierRuns);
  return [
    {
      type: isFine ? 'Normal' : 'Warning',
      reason: gate.verdict,
      message: gate.message,
    },
  ];
}

/**
 * True when a baseline that was named, and is not just the latest of something, says nothing: then nobody knows whether the run is worse,
 * and it must not pass as if it were not.
 */
export function isUnanswered(gate: RunGate, spec: ArenaJobSpec): boolean {
  return (
    !isCompared(gate) && spec.evaluation?.gate?.baseline?.runId !== undefined
  );
}

/** Entries of `status.result.summary`. */
export function gateSummary(gate: RunGate): Record<string, string> {
  const { verdict, baseline, comparison } = gate;
  return {
    baselineVerdict: verdict,
    ...(baseline && {
      baselineRun: baseline.id,
      baselineJob: baseline.jobName,
    }),
    ...(comparison &&
      comparison.cells > 0 && {
        passRateChange: points(comparison.effect),
        passRateChangeInterval: `${points(comparison.interval.low)} to ${points(
          comparison.interval.high,
        )}`,
        regressionChance: formatPValue(comparison.pValue),
        ...(comparison.decidedBy && {
          regressionFoundIn: comparison.decidedBy,
        }),
        regressedCells: String(comparison.changes.regressed),
        fixedCells: String(comparison.changes.fixed),
        flakyCells: String(comparison.changes.flaky),
      }),
  };
}

function isCompared({ verdict }: RunGate): boolean {
  return verdict === 'Regression' || verdict === 'NoRegression';
}
