import { ITEM_LABELS } from '@backstage-arena/plugin-arena-common';
import { Translate } from '../../hooks/Translate';

/** A label in words: those that every portal has are translated, others are what people called them. */
export function labelText(t: Translate, label: string): string {
  const known = ITEM_LABELS.find(one => one === label);
  return known ? t(`comments.label.${known}`) : label;
}
