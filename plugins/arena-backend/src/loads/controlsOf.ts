import {
  LoadControl,
  StepVerdict,
} from '@backstage-arena/plugin-arena-common/load';
import { RunLoadRow } from './tables';

/** All changes of a load test so far, in order. */
export function controlsOf({
  controls,
}: Pick<RunLoadRow, 'controls'>): LoadControl[] {
  return JSON.parse(controls);
}

/** What the last step of a search was judged to be, once the search has ended. */
export function lastVerdictOf({
  last_verdict: verdict,
}: Pick<RunLoadRow, 'last_verdict'>): StepVerdict | undefined {
  return verdict === null ? undefined : JSON.parse(verdict);
}
