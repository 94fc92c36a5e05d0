import { RunSetRow } from '@backstage-arena/plugin-arena-common';
import { Translate } from '../../../hooks/Translate';

/** On what a cell ran: its provider, and region and variant where they are not the usual ones. */
export function placeOf(row: RunSetRow, t: Translate): string[] {
  return [
    row.provider,
    ...(row.region !== 'default' ? [row.region] : []),
    ...(row.variant > 0
      ? [t('comparison.variant', { variant: String(row.variant + 1) })]
      : []),
  ];
}
