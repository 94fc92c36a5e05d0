import type { LoadStage } from '../resources/semantics/effectiveLoadTest';
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
