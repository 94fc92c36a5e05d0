import { CheckParams } from './CheckParams';
import { constant, RunCheck } from './Check';

/** Some checks refuse a threshold that reaches them, which happens inside of `eval_params`. */
export function rejectThresholds(params: CheckParams): RunCheck | undefined {
  const name = ['min_score', 'max_score'].find(bound => params.has(bound));
  return name === undefined
    ? undefined
    : constant({
        score: 0,
        explanation: `${name} stands beside eval_type, not in eval_params`,
      });
}
