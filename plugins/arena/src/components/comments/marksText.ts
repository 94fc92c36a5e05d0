import { Translate } from '../../hooks/Translate';
import { labelText } from './labelText';
import { Marks } from './useDiscussedCells';

/** Labels and comments in words. */
export function marksText(t: Translate, { labels, open }: Marks): string {
  return [
    labels.length > 0 &&
      t('comments.marks', {
        labels: labels.map(label => labelText(t, label)).join(', '),
      }),
    open > 0 && t('comments.open', { count: open }),
  ]
    .filter(Boolean)
    .join('; ');
}
