import { LoadReport, LoadTime } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import { formatMs } from '../../load/formatLoad';
import { FiguresTable, SectionCard } from '../shared';
import styles from './Load.module.css';

const TIMES: readonly LoadTime[] = [
  'latency',
  'serviceTime',
  'callLatency',
  'ttft',
  'itl',
  'tpot',
  'lateness',
];
const LEVELS = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

/** Percentiles of everything that is a time, and how each figure is computed. */
export function TimesTable(props: { report: LoadReport }) {
  const { totals, formulas } = props.report;
  const { t } = useArenaTranslation();
  const rows = TIMES.flatMap(name => {
    const summary = totals.times[name];
    return summary ? [{ name, summary }] : [];
  });
  return (
    <SectionCard title={t('load.times.title')}>
      {rows.length === 0 ? (
        <p className={styles.text}>{t('load.times.none')}</p>
      ) : (
        <FiguresTable
          caption={t('load.times.title')}
          isCaptionHidden
          rows={rows}
          keyOf={({ name }) => name}
          columns={[
            {
              id: 'name',
              label: t('load.times.name'),
              cell: ({ name }) => (
                <span title={formulas[name]}>{t(`load.times.${name}`)}</span>
              ),
            },
            ...LEVELS.map(level => ({
              id: level,
              label: t(`load.times.${level}`),
              cell: ({ summary }: (typeof rows)[number]) =>
                formatMs(summary[level]),
            })),
            {
              id: 'count',
              label: t('load.times.count'),
              cell: ({ summary }) => formatCount(summary.count),
            },
          ]}
        />
      )}
      <details className={styles.details}>
        <summary>{t('load.times.formulas')}</summary>
        <dl className={styles.formulas}>
          {Object.entries(formulas).map(([name, formula]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>{formula}</dd>
            </div>
          ))}
        </dl>
      </details>
    </SectionCard>
  );
}
