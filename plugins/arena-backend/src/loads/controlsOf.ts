import { LoadControl } from '@backstage-arena/plugin-arena-common/load';
import { RunLoadRow } from './tables';

/** All changes of a load test so far, in order. */
export function controlsOf({
  controls,
}: Pick<RunLoadRow, 'controls'>): LoadControl[] {
  return JSON.parse(controls);
}
