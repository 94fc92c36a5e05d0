import { Select } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import styles from './Comparison.module.css';

/** What of the runs a trend is of; of nothing in particular when both are absent. */
export interface TrendPart {
  scenario?: string;
  provider?: string;
}

/** Ids to choose from. */
export interface TrendChoices {
  scenarios: readonly string[];
  providers: readonly string[];
}

/** Chooses the scenario and the provider that a trend is of. */
export function TrendPartPicker(props: {
  choices: TrendChoices;
  part: TrendPart;
  onChange: (part: TrendPart) => void;
}) {
  const { choices, part, onChange } = props;
  const { t } = useArenaTranslation();
  const all = (label: string) => ({
    id: '',
    label: `${label}: ${t('comparison.set.trendAll')}`,
  });
  const pickers = [
    ['scenario', choices.scenarios, t('comparison.set.trendScenario')],
    ['provider', choices.providers, t('comparison.set.trendProvider')],
  ] as const;
  return (
    <span className={styles.pickers}>
      {pickers.map(([name, ids, label]) => (
        <Select
          key={name}
          size="small"
          searchable
          className={styles.picker}
          aria-label={label}
          value={part[name] ?? ''}
          onChange={key =>
            onChange({ ...part, [name]: String(key ?? '') || undefined })
          }
          options={[all(label), ...ids.map(id => ({ id, label: id }))]}
        />
      ))}
    </span>
  );
}
