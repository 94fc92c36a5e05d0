import { Link } from '@backstage/ui';
import { DatasetState, Run } from '@backstage-arena/plugin-arena-common';
import { rejectsByReason } from '../../dataset/datasetFigures';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount, formatPercent } from '../../lib/format';
import { useCurrentLocation, withSearch } from '../../shell';
import { Facts, FiguresTable, Meter, SectionCard } from '../shared';
import { CoverageCard } from './CoverageCard';
import { LazyYieldChart } from './LazyYieldChart';
import styles from './Dataset.module.css';

/** Data generation: how many rows came when, why others did not, and what there are of each kind. */
export function DatasetOverview(props: { state: DatasetState; run: Run }) {
  const { state, run } = props;
  return (
    <div className={styles.overview}>
      <LazyYieldChart state={state} />
      <div className={styles.pair}>
        <RejectsCard state={state} />
        {state.quotas.length > 0 ? (
          <QuotasCard state={state} />
        ) : (
          <SettingsCard state={state} />
        )}
      </div>
      <CoverageCard run={run} />
      {state.quotas.length > 0 && <SettingsCard state={state} />}
    </div>
  );
}

function RejectsCard(props: { state: DatasetState }) {
  const { state } = props;
  const { t } = useArenaTranslation();
  const { pathname } = useCurrentLocation();
  const rejects = rejectsByReason(state);
  return (
    <SectionCard title={t('dataset.rejects.title')}>
      {rejects.length === 0 ? (
        <p className={styles.text}>{t('dataset.rejects.none')}</p>
      ) : (
        <FiguresTable
          caption={t('dataset.rejects.title')}
          isCaptionHidden
          rows={rejects}
          keyOf={([reason]) => reason}
          columns={[
            {
              id: 'reason',
              label: t('dataset.rejects.reason'),
              cell: ([reason]) => t(`dataset.reason.${reason}`),
            },
            {
              id: 'count',
              label: t('dataset.rejects.count'),
              cell: ([, count]) => formatCount(count),
            },
            {
              id: 'share',
              label: t('dataset.rejects.share'),
              cell: ([, count]) => formatPercent(count / state.attempts),
            },
            {
              id: 'samples',
              label: t('dataset.rejects.samples'),
              isText: true,
              cell: ([reason]) => (
                <Link
                  href={withSearch(pathname, { tab: 'rejects', reason })}
                  aria-label={t('dataset.rejects.samplesOf', {
                    reason: t(`dataset.reason.${reason}`),
                  })}
                >
                  {t('dataset.rejects.samples')}
                </Link>
              ),
            },
          ]}
        />
      )}
    </SectionCard>
  );
}

function QuotasCard(props: { state: DatasetState }) {
  const { quotas } = props.state;
  const { t } = useArenaTranslation();
  const rows = quotas.map(({ field, value, persona, ...rest }, index) => ({
    ...rest,
    index,
    kind:
      persona === undefined
        ? `${field} = ${value}`
        : t('dataset.quotas.persona', { persona }),
  }));
  return (
    <SectionCard title={t('dataset.quotas.title')}>
      <FiguresTable
        caption={t('dataset.quotas.title')}
        isCaptionHidden
        rows={rows}
        keyOf={({ index }) => index}
        columns={[
          {
            id: 'kind',
            label: t('dataset.quotas.kind'),
            cell: ({ kind }) => kind,
          },
          {
            id: 'rows',
            label: t('dataset.quotas.rows'),
            isText: true,
            cell: ({ kind, rows: there, count }) => (
              <Meter
                label={t('dataset.quotas.bar', { kind })}
                value={there}
                max={count}
                text={t('dataset.quotas.text', {
                  rows: formatCount(there),
                  wanted: formatCount(count),
                })}
              />
            ),
          },
        ]}
      />
    </SectionCard>
  );
}

function SettingsCard(props: { state: DatasetState }) {
  const { count, maxAttempts, format, seed } = props.state;
  const { t } = useArenaTranslation();
  const facts: Array<[string, string]> = [
    [t('dataset.settings.count'), formatCount(count)],
    [t('dataset.settings.maxAttempts'), formatCount(maxAttempts)],
    [t('dataset.settings.format'), format],
    [t('dataset.settings.seed'), String(seed)],
    [t('dataset.settings.nearDuplicates'), nearDuplicates(props.state, t)],
  ];
  return (
    <SectionCard title={t('dataset.settings.title')}>
      <Facts facts={facts} wideLabels />
    </SectionCard>
  );
}

function nearDuplicates(
  { nearDuplicateThreshold, nearDuplicateEmbedding: by }: DatasetState,
  t: ReturnType<typeof useArenaTranslation>['t'],
): string {
  if (nearDuplicateThreshold === undefined) {
    return t('dataset.settings.nearDuplicatesOff');
  }
  const threshold = String(nearDuplicateThreshold);
  if (!by) return t('dataset.settings.nearDuplicatesFrom', { threshold });
  const provider = by.model ? `${by.provider} (${by.model})` : by.provider;
  return t('dataset.settings.nearDuplicatesMeaning', { threshold, provider });
}
