import { RiCheckLine, RiCloseLine } from '@remixicon/react';
import {
  LoadReport,
  ThresholdResult,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatMetric } from '../../load/formatLoad';
import badges from '../shared/badges.module.css';
import { FiguresTable, SectionCard } from '../shared';
import styles from './Load.module.css';

/** What the run must meet, and what was measured. */
export function ThresholdsPanel(props: { report: LoadReport }) {
  const { thresholds, profile, cost, endedBy } = props.report;
  const { t } = useArenaTranslation();
  const rows = thresholds.map((result, index) => ({
    index,
    result,
    aborts: profile.thresholds[index]?.abortOnFail,
  }));
  return (
    <SectionCard
      title={t('load.thresholds.title')}
      aside={
        endedBy === 'running' &&
        rows.length > 0 && (
          <span className={styles.muted}>{t('load.thresholds.soFar')}</span>
        )
      }
    >
      {rows.length === 0 ? (
        <p className={styles.text}>{t('load.thresholds.none')}</p>
      ) : (
        <FiguresTable
          caption={t('load.thresholds.title')}
          isCaptionHidden
          rows={rows}
          keyOf={({ index }) => index}
          columns={[
            {
              id: 'metric',
              label: t('load.thresholds.metric'),
              cell: ({ result, aborts }) => (
                <>
                  <code>{result.metric}</code>
                  {aborts && (
                    <div className={styles.muted}>
                      {t('load.thresholds.aborts')}
                    </div>
                  )}
                </>
              ),
            },
            {
              id: 'wanted',
              label: t('load.thresholds.wanted'),
              cell: ({ result }) => `${result.operator} ${result.value}`,
            },
            {
              id: 'actual',
              label: t('load.thresholds.actual'),
              cell: ({ result }) =>
                formatMetric(result.metric, result.actual, cost.currency),
            },
            {
              id: 'result',
              label: t('load.thresholds.result'),
              isText: true,
              cell: ({ result }) => <ResultBadge result={result} />,
            },
          ]}
        />
      )}
    </SectionCard>
  );
}

function ResultBadge(props: { result: ThresholdResult }) {
  const { passed, actual } = props.result;
  const { t } = useArenaTranslation();
  const Icon = passed ? RiCheckLine : RiCloseLine;
  return (
    <>
      <span className={badges.badge} data-tone={passed ? 'passed' : 'failed'}>
        <Icon aria-hidden size={14} />
        {t(passed ? 'load.thresholds.pass' : 'load.thresholds.fail')}
      </span>
      {actual === undefined && (
        <span className={styles.muted} title={t('load.thresholds.noDataHint')}>
          {' '}
          {t('load.thresholds.noData')}
        </span>
      )}
    </>
  );
}
