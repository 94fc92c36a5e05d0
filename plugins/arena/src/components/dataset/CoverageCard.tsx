import { useApi } from '@backstage/frontend-plugin-api';
import { Run } from '@backstage-arena/plugin-arena-common';
import type { DatasetCoverageReport } from '@backstage-arena/plugin-arena-common/datagen';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { formatCount, formatPercent } from '../../lib/format';
import {
  ErrorPanel,
  FiguresTable,
  LoadingRows,
  SectionCard,
  Stat,
  StatRow,
} from '../shared';
import styles from './Dataset.module.css';

const REPORT = 'coverage.json';
const SHOWN_VALUES = 8;

/** What the rows consist of, once the reports are written. */
export function CoverageCard(props: { run: Run }) {
  const { run } = props;
  const { t } = useArenaTranslation();
  const isThere = run.reports.some(({ name }) => name === REPORT);
  return (
    <SectionCard title={t('dataset.coverage.title')}>
      {isThere ? (
        <Coverage runId={run.id} />
      ) : (
        <p className={styles.text}>{t('dataset.coverage.later')}</p>
      )}
    </SectionCard>
  );
}

function Coverage(props: { runId: string }) {
  const { runId } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const { value, error, reload } = useQuery<DatasetCoverageReport>(
    async signal => (await api.report(runId, REPORT, { signal })).json(),
    [api, runId],
  );
  if (error) {
    return (
      <ErrorPanel title={t('error.report')} error={error} onRetry={reload} />
    );
  }
  if (!value) return <LoadingRows rows={3} />;
  const { length, duplicateRate, scenarios, providers, personas } = value;
  const rows = [
    ...Object.entries(value.fields).map(([name, { rows: count, values }]) => ({
      id: `field ${name}`,
      name,
      kind: t('dataset.coverage.field'),
      count,
      values: values && valuesText(values),
    })),
    ...(
      [
        ['scenario', scenarios],
        ['provider', providers],
        ['persona', personas],
      ] as const
    )
      .filter(([, counts]) => Object.keys(counts).length > 0)
      .map(([kind, counts]) => ({
        id: kind,
        name: t(`dataset.coverage.${kind}`),
        kind: t('dataset.provenance.title'),
        count: Object.values(counts).reduce((sum, count) => sum + count, 0),
        values: valuesText(counts),
      })),
  ];
  return (
    <div className={styles.overview}>
      <StatRow>
        <Stat
          label={t('dataset.coverage.duplicateRate')}
          hint={t('dataset.coverage.duplicateRateHint')}
        >
          {formatPercent(duplicateRate)}
        </Stat>
        {length &&
          (['min', 'mean', 'p50', 'p90', 'p99', 'max'] as const).map(level => (
            <Stat
              key={level}
              label={t('dataset.coverage.length', { level })}
              hint={t('dataset.coverage.lengthHint')}
            >
              {formatCount(length[level])}
            </Stat>
          ))}
      </StatRow>
      <FiguresTable
        caption={t('dataset.coverage.fields')}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            id: 'name',
            label: t('column.name'),
            cell: ({ name }) => name,
          },
          {
            id: 'kind',
            label: t('column.type'),
            isText: true,
            cell: ({ kind }) => kind,
          },
          {
            id: 'count',
            label: t('dataset.stat.rows'),
            cell: ({ count }) => formatCount(count),
          },
          {
            id: 'values',
            label: t('dataset.coverage.values'),
            isText: true,
            cell: ({ values }) => (
              <span className={styles.values}>
                {values ?? t('dataset.coverage.many')}
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}

/** The commonest values with how often they are there. */
function valuesText(counts: Record<string, number>): string {
  const entries = Object.entries(counts);
  const shown = entries
    .slice(0, SHOWN_VALUES)
    .map(([value, count]) => `${value} ${formatCount(count)}`);
  return [...shown, ...(entries.length > SHOWN_VALUES ? ['…'] : [])].join(', ');
}
