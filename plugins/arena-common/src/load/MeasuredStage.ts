import type { LoadStage } from '../resources/semantics/effectiveLoadTest';
import type { ArrivalSchedule } from './ArrivalSchedule';
import { cutStages } from './LoadControl';

/** A stage as it is reported: warm-up has stages of its own. @public */
export interface MeasuredStage extends LoadStage {
  index: number;
  startMs: number;
  endMs: number;
  /** False: warm-up. */
  measured: boolean;
}

/**
 * Numbers the stages of a test, cut where the warm-up ends: after so much time under load, as nothing gets warm in a pause.
 *
 * @public
 */
export function measuredStages(
  stages: readonly LoadStage[],
  warmUpMs: number,
): MeasuredStage[] {
  const [warmUp, rest] = cutStages(stages, warmUpEndMs(stages, warmUpMs));
  let startMs = 0;
  return [...warmUp, ...rest].map((stage, index) => {
    const start = startMs;
    startMs += stage.durationMs;
    return {
      ...stage,
      index,
      startMs: start,
      endMs: startMs,
      measured: index >= warmUp.length,
    };
  });
}

function warmUpEndMs(stages: readonly LoadStage[], warmUpMs: number): number {
  let rest = warmUpMs;
  let endMs = 0;
  for (const { durationMs, from, to } of stages) {
    if (rest <= 0) break;
    if (from + to === 0) {
      endMs += durationMs;
      continue;
    }
    const taken = Math.min(rest, durationMs);
    rest -= taken;
    endMs += taken;
  }
  return endMs;
}

/**
 * How much of the stages lies before a time, in milliseconds: of those that are measured and have a load. A pause is not time in which too little
 * was done.
 *
 * @internal
 */
export function measuredTime(
  stages: readonly Pick<
    MeasuredStage,
    'startMs' | 'endMs' | 'from' | 'to' | 'measured'
  >[],
  untilMs: number,
): number {
  return stages
    .filter(({ measured, from, to }) => measured && from + to > 0)
    .reduce((sum, stage) => sum + timeOfStage(stage, untilMs), 0);
}

/** How much of one stage lies before a time, in milliseconds. @internal */
export function timeOfStage(
  { startMs, endMs }: Pick<MeasuredStage, 'startMs' | 'endMs'>,
  untilMs: number,
): number {
  return Math.max(0, Math.min(endMs, untilMs) - startMs);
}

/**
 * Finds the stage of an arrival by its number, so that the arrivals of a stage are exactly those that are expected of it.
 *
 * @public
 */
export function stageFinder(
  schedule: ArrivalSchedule,
  stages: readonly MeasuredStage[],
): (number: number) => number {
  const ends = stages.map(({ endMs }) => schedule.arrivalsUntil(endMs));
  return number => {
    const found = ends.findIndex(end => number < end);
    return found < 0 ? stages.length - 1 : found;
  };
}
