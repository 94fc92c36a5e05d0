import {
  DatasetState,
  RejectReason,
} from '@backstage-arena/plugin-arena-common';

/** Attempts that brought nothing, whatever the reason. */
export function rejectedOf({ rejects }: Pick<DatasetState, 'rejects'>): number {
  return Object.values(rejects).reduce((sum, count) => sum + count, 0);
}

/** Share of the attempts that brought a row which was taken; `undefined` before the first one. */
export function yieldOf({
  rows,
  attempts,
}: Pick<DatasetState, 'rows' | 'attempts'>): number | undefined {
  return attempts === 0 ? undefined : rows / attempts;
}

/** Why attempts brought nothing, the commonest reason first. */
export function rejectsByReason({
  rejects,
}: Pick<DatasetState, 'rejects'>): Array<[RejectReason, number]> {
  return (Object.entries(rejects) as Array<[RejectReason, number]>)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
}
