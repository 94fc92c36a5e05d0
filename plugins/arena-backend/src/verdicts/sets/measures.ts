import { RunCell } from './CountedRun';

/** Of the items with a verdict. */
export function passRateOf({ passed, judged }: RunCell): number | undefined {
  return judged > 0 ? passed / judged : undefined;
}

/** Mean over the items that have a score. */
export function scoreOf({ scoreSum, scores }: RunCell): number | undefined {
  return scores > 0 ? scoreSum / scores : undefined;
}

/** Mean over the items with a verdict. */
export function durationOf(cell: RunCell): number | undefined {
  return cell.judged > 0 ? cell.durationSum / cell.judged : undefined;
}

/** Mean over the items that have ended. */
export function costOf(cell: RunCell): number | undefined {
  const items = cell.judged + cell.unjudged;
  return items > 0 ? cell.costSum / items : undefined;
}
