import { useEffect, useMemo, useState } from 'react';
import { Button, ButtonIcon, Container, Select } from '@backstage/ui';
import { RiAddLine, RiArrowUpDownLine, RiScales3Line } from '@remixicon/react';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  RUN_SET_LIMITS,
  RunSetComparison,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../../api';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { Query, useQuery } from '../../../hooks/useQuery';
import { useRun } from '../../../hooks/useRun';
import { formatCount } from '../../../lib/format';
import { JobAddress } from '../../../shell';
import {
  CopyButton,
  EmptyState,
  ErrorPanel,
  LoadingRows,
  SearchBox,
  SectionCard,
} from '../../shared';
import { AddRunsDialog } from './AddRunsDialog';
import { CellDialog } from './CellDialog';
import { ChangeChips } from './ChangeChips';
import { CompareExports } from './CompareExports';
import { CompareMatrix } from './CompareMatrix';
import { InputsCard } from './InputsCard';
import { RunSetTable } from './RunSetTable';
import { useComparedCells } from './useComparedCells';
import {
  CompareState,
  ORDERS,
  SHOWN_FIGURES,
  useCompareState,
} from './useCompareState';
import styles from './Compare.module.css';

/** How often runs that go on are compared anew. */
const REFRESH_MS = 10_000;

/** Two to ten runs side by side. */
export function ComparePage() {
  const state = useCompareState();
  const { runs } = state;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const [isAdding, setAdding] = useState(false);
  const ids = runs.join(',');
  const set = useQuery<RunSetComparison | undefined>(
    async signal =>
      runs.length < RUN_SET_LIMITS.min
        ? undefined
        : api.compareRuns({ run: ids.split(',') }, { signal }),
    [api, ids],
    { keepPrevious: true },
  );
  const single = useRun(runs.length === 1 ? runs[0] : undefined);
  const near = nearOf(set.value, single.value);
  const isShown =
    set.value?.runs.map(({ id }) => id).join(',') === ids
      ? set.value
      : undefined;
  const isOpen = isShown?.runs.some(({ state: now }) => now === 'Running');
  const { reload } = set;
  const [version, setVersion] = useState(0);
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = setInterval(() => {
      if (document.hidden) return;
      reload();
      setVersion(current => current + 1);
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [isOpen, reload]);

  const add = (
    <Button
      size="small"
      variant={runs.length < RUN_SET_LIMITS.min ? 'primary' : 'secondary'}
      iconStart={<RiAddLine />}
      isDisabled={runs.length >= RUN_SET_LIMITS.max}
      onPress={() => setAdding(true)}
    >
      {t('comparison.set.add')}
    </Button>
  );
  return (
    <Container className={styles.page}>
      {runs.length < RUN_SET_LIMITS.min ? (
        <EmptyState
          icon={<RiScales3Line size={32} />}
          title={t(`comparison.set.${runs.length === 0 ? 'none' : 'one'}`)}
          description={t(
            `comparison.set.${
              runs.length === 0 ? 'noneDescription' : 'oneDescription'
            }`,
          )}
          action={add}
        />
      ) : (
        <Comparison
          state={state}
          set={set}
          shown={isShown}
          version={version}
          add={add}
        />
      )}
      {isAdding && (
        <AddRunsDialog
          runs={runs}
          near={near}
          onClose={() => setAdding(false)}
          onAdd={chosen => {
            setAdding(false);
            state.setRuns([...runs, ...chosen]);
          }}
        />
      )}
    </Container>
  );
}

function nearOf(
  set: RunSetComparison | undefined,
  run: { cluster: string; namespace: string; jobName: string } | undefined,
): JobAddress | undefined {
  if (set) {
    const { cluster, namespace, runs } = set;
    return { cluster, namespace, name: runs[0].jobName };
  }
  return (
    run && {
      cluster: run.cluster,
      namespace: run.namespace,
      name: run.jobName,
    }
  );
}

function Comparison(props: {
  state: CompareState;
  set: Query<RunSetComparison | undefined>;
  /** Of the runs of the address. */
  shown: RunSetComparison | undefined;
  version: number;
  add: JSX.Element;
}) {
  const { state, set, shown, version, add } = props;
  const { t } = useArenaTranslation();
  return (
    <>
      <SectionCard
        title={t('comparison.set.runs')}
        aside={
          <span className={styles.aside}>
            <CopyButton
              text={window.location.href}
              label={t('comparison.set.link')}
            />
            {add}
          </span>
        }
      >
        {set.error && (
          <ErrorPanel
            title={t('comparison.set.error')}
            error={set.error}
            onRetry={set.reload}
          />
        )}
        {!set.value && !set.error && <LoadingRows rows={3} />}
        {set.value && !(set.error && !shown) && (
          <RunSetTable runs={set.value.runs} onChange={state.setRuns} />
        )}
      </SectionCard>
      {shown && <InputsCard set={shown} />}
      {shown && <Cells state={state} set={shown} version={version} />}
    </>
  );
}

function Cells(props: {
  state: CompareState;
  set: RunSetComparison;
  version: number;
}) {
  const { state, set, version } = props;
  const { query, change, show } = state;
  const { t } = useArenaTranslation();
  const cells = useComparedCells(query, version);
  const counts =
    query.in === undefined
      ? set.changes
      : set.runs.find(({ id }) => id === query.in)?.changes ?? set.changes;
  return (
    <SectionCard
      title={t('comparison.set.cells')}
      aside={<CompareExports query={query} />}
    >
      <div className={styles.cells}>
        <ChangeChips
          counts={counts}
          chosen={change}
          onChange={next => state.set({ change: next })}
        />
        <div className={styles.tools} role="search">
          <SearchBox
            label={t('comparison.set.search')}
            className={styles.search}
            value={query.search ?? ''}
            onChange={q => state.set({ q })}
          />
          {set.runs.length > 2 && (
            <Select
              size="small"
              className={styles.tool}
              aria-label={t('comparison.set.in')}
              value={query.in ?? ''}
              onChange={key => state.set({ in: String(key ?? '') })}
              options={[
                { id: '', label: t('comparison.set.inAny') },
                ...set.runs.slice(1).map(({ id, jobName }, index) => ({
                  id,
                  label: `${index + 1} ${jobName}`,
                })),
              ]}
            />
          )}
          <Select
            size="small"
            className={styles.tool}
            aria-label={t('comparison.set.sort')}
            value={query.orderBy}
            onChange={key => state.set({ sort: String(key) })}
            options={ORDERS.map(id => ({
              id,
              label: t(`comparison.set.sorts.${id}`),
            }))}
          />
          <ButtonIcon
            size="small"
            variant="secondary"
            icon={<RiArrowUpDownLine />}
            aria-label={t('comparison.set.reverse')}
            aria-pressed={query.order === 'desc'}
            onPress={() =>
              state.set({ order: query.order === 'desc' ? undefined : 'desc' })
            }
          />
          <Select
            size="small"
            className={styles.tool}
            aria-label={t('comparison.set.show')}
            value={show}
            onChange={key => state.set({ show: String(key) })}
            options={SHOWN_FIGURES.map(id => ({
              id,
              label: t(`comparison.set.shows.${id}`),
            }))}
          />
          <span className={styles.muted} role="status">
            {cells.total !== undefined &&
              t('comparison.set.matching', {
                number: formatCount(cells.total),
                total: formatCount(set.cells),
              })}
          </span>
        </div>
        {cells.error && (
          <ErrorPanel
            title={t('comparison.set.cellsError')}
            error={cells.error}
          />
        )}
        {cells.total === undefined && !cells.error && (
          <LoadingRows rows={8} height={40} />
        )}
        {cells.total === 0 && (
          <EmptyState
            title={t('comparison.set.noMatch')}
            description={t('comparison.set.noMatchDescription')}
            action={
              state.isFiltered && (
                <Button
                  size="small"
                  variant="secondary"
                  onPress={() => state.set({ change: [], q: undefined })}
                >
                  {t('comparison.set.clear')}
                </Button>
              )
            }
          />
        )}
        {cells.total !== undefined && cells.total > 0 && (
          <>
            <CompareMatrix
              runs={set.runs}
              rows={cells.rows}
              total={cells.total}
              show={show}
              isStale={cells.isStale}
              onSee={cells.see}
              onOpen={row => state.set({ cell: row.key }, { push: true })}
            />
            <p className={styles.muted}>{t('comparison.set.keys')}</p>
          </>
        )}
      </div>
      <OpenCell state={state} set={set} rows={cells.rows} />
    </SectionCard>
  );
}

/** The cell of the address, whether it is among those on the screen or not. */
function OpenCell(props: {
  state: CompareState;
  set: RunSetComparison;
  rows: ReturnType<typeof useComparedCells>['rows'];
}) {
  const { state, set, rows } = props;
  const { cell, query, trial } = state;
  const api = useApi(arenaApiRef);
  const near = useMemo(
    () => [...rows.values()].find(({ key }) => key === cell),
    [rows, cell],
  );
  const far = useQuery(
    async signal =>
      cell === undefined || near
        ? undefined
        : (await api.comparedCells({ run: query.run, key: cell }, { signal }))
            .items[0],
    [api, cell, near, query.run.join(',')],
  );
  const row = near ?? (far.value?.key === cell ? far.value : undefined);
  if (cell === undefined || !row) return null;
  return (
    <CellDialog
      set={set}
      row={row}
      trial={trial}
      onTrial={next => state.set({ trial: String(next + 1) })}
      onClose={() => state.set({ cell: undefined, trial: undefined })}
    />
  );
}
