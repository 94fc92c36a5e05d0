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

/** Numbers the stages of a test, cut where the warm-up ends. @public */
export function measuredStages(
  stages: readonly LoadStage[],
  warmUpMs: number,
): MeasuredStage[] {
  const [warmUp, rest] = cutStages(stages, warmUpMs);
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
