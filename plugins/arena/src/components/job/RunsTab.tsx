import { useMemo, useState } from 'react';
import { Cell, CellText, ColumnConfig, Table } from '@backstage/ui';
import { Run } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { passRateOf } from '../../lib/counters';
import { formatCost, formatDuration, formatPercent } from '../../lib/format';
import { isLoadTest } from '../../lib/jobs';
import { CompareChosen } from '../comparison';
import { useArenaShell } from '../../shell';
import { useConversationsText } from '../load/LoadJobProgress';
import { Age, EmptyState, LoadingRows, ProgressBar } from '../shared';
import styles from './Job.module.css';

function durationOf(run: Run): string {
  return run.startedAt && run.finishedAt
    ? formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))
    : '–';
}

/** Every run of the job, newest first. */
export function RunsTab(props: {
  runs: Run[] | undefined;
  current: string | undefined;
}) {
  const { runs, current } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const conversationsText = useConversationsText();
  const columns = useMemo<ColumnConfig<Run>[]>(
    () => [
      {
        id: 'run',
        label: t('column.run'),
        isRowHeader: true,
        defaultWidth: '2fr',
        cell: run => (
          <CellText
            title={`#${run.attempt}${
              run.id === current ? ` ${t('runs.current')}` : ''
            }`}
            description={run.id}
          />
        ),
      },
      {
        id: 'state',
        label: t('column.state'),
        defaultWidth: 130,
        cell: run => (
          <CellText title={t(`runState.${run.outcome ?? run.state}`)} />
        ),
      },
      {
        id: 'progress',
        label: t('column.progress'),
        defaultWidth: '2fr',
        cell: run => (
          <Cell>
            <ProgressBar
              counts={run.counters}
              text={
                isLoadTest(undefined, run)
                  ? conversationsText(run.counters)
                  : undefined
              }
              label={t('progress.label', { name: run.id })}
              showCount
            />
          </Cell>
        ),
      },
      {
        id: 'passRate',
        label: t('column.passRate'),
        defaultWidth: 100,
        cell: run => {
          const rate = passRateOf(run.verdict ?? run.counters);
          return (
            <CellText title={rate === undefined ? '–' : formatPercent(rate)} />
          );
        },
      },
      {
        id: 'cost',
        label: t('column.cost'),
        defaultWidth: 100,
        cell: run => <CellText title={formatCost(run.counters.cost)} />,
      },
      {
        id: 'duration',
        label: t('column.duration'),
        defaultWidth: 120,
        cell: run => <CellText title={durationOf(run)} />,
      },
      {
        id: 'revision',
        label: t('column.revision'),
        defaultWidth: '1fr',
        cell: run => <CellText title={run.pins.source.revision} />,
      },
      {
        id: 'age',
        label: t('column.age'),
        defaultWidth: 80,
        cell: run => (
          <Cell>
            <span className={styles.wrap}>
              <Age time={run.createdAt} />
            </span>
          </Cell>
        ),
      },
    ],
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the text follows from t
    [t, current],
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (!runs) return <LoadingRows />;
  if (runs.length === 0) {
    return (
      <EmptyState
        title={t('run.none')}
        description={t('run.noneDescription')}
      />
    );
  }
  const canCompare =
    runs.length > 1 && runs.every(({ pins }) => pins.type === 'evaluation');
  return (
    <>
      {canCompare && (
        <CompareChosen
          // The oldest one is the baseline.
          runIds={[...runs]
            .reverse()
            .map(({ id }) => id)
            .filter(id => chosen.has(id))}
        />
      )}
      <Table
        columnConfig={columns}
        data={runs}
        pagination={{ type: 'none' }}
        rowConfig={{ getHref: run => links.run(run.id) }}
        selection={
          canCompare
            ? {
                mode: 'multiple',
                behavior: 'toggle',
                selected: chosen,
                onSelectionChange: keys =>
                  setChosen(
                    new Set(
                      keys === 'all'
                        ? runs.map(({ id }) => id)
                        : [...keys].map(String),
                    ),
                  ),
              }
            : undefined
        }
      />
    </>
  );
}
