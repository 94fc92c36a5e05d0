import { RunSetFigures } from '@backstage-arena/plugin-arena-common';
import { formatCost, formatDuration, formatPercent } from '../../../lib/format';
import { formatEffect } from '../formatEffect';
import { ShownFigure } from './useCompareState';

/** A figure as a reader sees it; undefined where there is none. */
export function formatFigure(
  figures: RunSetFigures | undefined,
  name: ShownFigure,
): string | undefined {
  const value = figures?.[name];
  if (value === undefined) return undefined;
  switch (name) {
    case 'passRate':
      return formatPercent(value);
    case 'score':
      return value.toFixed(2);
    case 'durationMs':
      return formatDuration(value);
    default:
      return formatCost(value);
  }
}

/** Its change beside the baseline, with a sign; undefined where there is none. */
export function formatDelta(
  before: RunSetFigures | undefined,
  after: RunSetFigures | undefined,
  name: ShownFigure,
): string | undefined {
  const [from, to] = [before?.[name], after?.[name]];
  if (from === undefined || to === undefined || from === to) return undefined;
  if (name === 'passRate') return formatEffect(to - from);
  const sign = to < from ? '−' : '+';
  const size = Math.abs(to - from);
  if (name === 'score') return `${sign}${size.toFixed(2)}`;
  return `${sign}${
    name === 'durationMs' ? formatDuration(size) : formatCost(size)
  }`;
}
