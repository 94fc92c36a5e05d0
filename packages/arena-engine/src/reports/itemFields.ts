import { ReportItem } from '../Engine';

/** The fields of an item in the order in which reports have them: what says which one it is comes first. */
export function itemFields(item: ReportItem): ReportItem {
  const { index, scenario, provider, region, variant, trial, status, ...rest } =
    item;
  return {
    index,
    scenario,
    provider,
    region,
    variant,
    trial,
    status,
    ...rest,
  };
}
