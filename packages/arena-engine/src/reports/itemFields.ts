import { ReportItem } from '../Engine';

/** The fields of an item in the order in which reports have them: what says which one it is comes first. */
export function itemFields(item: ReportItem): ReportItem {
  const { index, scenario, provider, region, variant, trial, status } = item;
  const first = { index, scenario, provider, region, variant, trial, status };
  // A field that is written again stays where it is.
  return { ...first, ...item };
}
