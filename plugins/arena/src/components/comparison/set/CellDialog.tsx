import { useMemo, useState } from 'react';
import { Dialog, DialogBody, DialogHeader, Link, Switch } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  RunItem,
  RunSetComparison,
  RunSetMember,
  RunSetRow,
  Transcript,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../../api';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { useQuery } from '../../../hooks/useQuery';
import { isNotFound } from '../../../lib/errors';
import { useArenaShell } from '../../../shell';
import { LoadingRows } from '../../shared';
import { TrendCard } from '../TrendCard';
import { flippedChecks } from './flippedChecks';
import { placeOf } from './placeOf';
import { shortRevision } from '../../../lib/sources';
import { TranscriptColumn } from './TranscriptColumn';
import badges from '../../shared/badges.module.css';
import styles from './Compare.module.css';

/** Trials whose ends are read at once, so that the one that tells most is shown first. */
const MAX_TRIALS = 20;

/** What is known of a trial in a run. */
export interface ComparedTrial {
  item?: RunItem;
  transcript?: Transcript;
  /** Why the transcript cannot be shown. */
  error?: Error;
}

/** The conversations of a cell side by side, one trial at a time. */
export function CellDialog(props: {
  set: RunSetComparison;
  row: RunSetRow;
  trial: number | undefined;
  onTrial: (trial: number) => void;
  onClose: () => void;
}) {
  const { set, row, onTrial, onClose } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const [isMarked, setMarked] = useState(true);
  const items = useItems(set.runs, row);
  const count = Math.max(
    1,
    ...row.cells.map(({ figures }) => figures?.trials ?? 0),
  );
  const trial = Math.min(
    props.trial ?? (items.value ? tellingTrial(items.value) : 0),
    count - 1,
  );
  const known = items.value;
  const trials = useTrials(set.runs, row, trial, known);
  return (
    <Dialog
      isOpen
      width="min(1600px, 96vw)"
      height="94vh"
      onOpenChange={isOpen => {
        if (!isOpen) onClose();
      }}
    >
      <DialogHeader>
        {t('comparison.set.dialogTitle', {
          scenario: row.scenario,
          provider: placeOf(row, t).join(', '),
        })}
      </DialogHeader>
      <DialogBody className={styles.dialog}>
        <div className={styles.dialogBar}>
          {count > 1 && (
            <div
              role="group"
              aria-label={t('comparison.set.trials')}
              className={styles.chips}
            >
              {Array.from({ length: Math.min(count, MAX_TRIALS) }, (_, n) => (
                <button
                  key={n}
                  type="button"
                  className={`${badges.badge} ${styles.chip}`}
                  data-tone={known && toneOf(known, n)}
                  aria-pressed={n === trial}
                  onClick={() => onTrial(n)}
                >
                  {t('comparison.set.trial', { number: String(n + 1) })}
                </button>
              ))}
            </div>
          )}
          <Switch
            label={t('comparison.set.differences')}
            isSelected={isMarked}
            onChange={setMarked}
          />
        </div>
        {!trials.value && <LoadingRows rows={8} height={48} />}
        {trials.value && <Flipped set={set} trials={trials.value} />}
        {trials.value && (
          <div
            className={styles.columns}
            role="region"
            aria-label={t('transcript.label')}
            // What scrolls must be reachable by keyboard.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
          >
            {set.runs.map((run, index) => (
              <section key={run.id} className={styles.column}>
                <h3 className={styles.columnTitle}>
                  <span className={badges.badge} data-tone="Running">
                    {index === 0 ? t('comparison.set.baseline') : index}
                  </span>
                  <Link
                    href={links.run(run.id, {
                      tab: 'items',
                      scenario: row.scenario,
                      provider: row.provider,
                    })}
                  >
                    {run.jobName}
                  </Link>
                  <span className={styles.muted} title={run.revision}>
                    {shortRevision(run.revision)}
                  </span>
                </h3>
                <TranscriptColumn
                  hasCell={row.cells[index].figures !== undefined}
                  trial={trials.value![index]}
                  baseline={
                    isMarked && index > 0
                      ? trials.value![0].transcript
                      : undefined
                  }
                />
              </section>
            ))}
          </div>
        )}
        <Trend set={set} row={row} />
      </DialogBody>
    </Dialog>
  );
}

/** Checks of the trial that do not say what they said in the baseline. */
function Flipped(props: {
  set: RunSetComparison;
  trials: readonly ComparedTrial[];
}) {
  const { set, trials } = props;
  const { t } = useArenaTranslation();
  const flips = useMemo(() => {
    const before = trials[0].transcript;
    return trials.flatMap(({ transcript }, index) =>
      index > 0 && before && transcript
        ? flippedChecks(before, transcript).map(flip => ({ ...flip, index }))
        : [],
    );
  }, [trials]);
  if (!trials[0].transcript) return null;
  return (
    <section
      aria-label={t('comparison.set.flipped')}
      className={styles.flipped}
    >
      <h3 className={styles.inputsTitle}>{t('comparison.set.flipped')}</h3>
      {flips.length === 0 ? (
        <p className={styles.text}>{t('comparison.set.flippedNone')}</p>
      ) : (
        <ul className={styles.list}>
          {flips.map((flip, n) => (
            <li key={n}>
              <span
                className={badges.badge}
                data-tone={flip.after === 'passed' ? 'passed' : 'failed'}
              >
                {t(`check.${flip.after}`)}
              </span>{' '}
              {t('comparison.set.flippedTo', {
                check: flip.type,
                run: `${flip.index} ${set.runs[flip.index].jobName}`,
                before: t(`check.${flip.before}`),
                after: t(`check.${flip.after}`),
              })}
              : {flip.explanation}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Trend(props: { set: RunSetComparison; row: RunSetRow }) {
  const { set, row } = props;
  const { t } = useArenaTranslation();
  const [isOpen, setOpen] = useState(false);
  const { cluster, namespace, runs } = set;
  const latest = runs[runs.length - 1];
  return (
    <details
      className={styles.details}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{t('comparison.set.trendOfCell')}</summary>
      {isOpen && (
        <TrendCard
          address={{ cluster, namespace, name: latest.jobName }}
          scenario={row.scenario}
          provider={row.provider}
        />
      )}
    </details>
  );
}

/** How the trials of the cell have ended in each run, as far as they have. */
function useItems(runs: readonly RunSetMember[], row: RunSetRow) {
  const api = useApi(arenaApiRef);
  const ids = idsOf(runs);
  return useQuery<Array<Array<RunItem | undefined>>>(
    signal =>
      Promise.all(
        runs.map(({ id }, index) => {
          const { figures } = row.cells[index];
          const trials = Math.min(figures?.trials ?? 0, MAX_TRIALS);
          return Promise.all(
            Array.from({ length: trials }, (_, trial) =>
              api
                .item(id, figures!.firstItem + trial, { signal })
                .catch(orNothing),
            ),
          );
        }),
      ),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says which row it is
    [api, ids, row.key],
  );
}

/** The trial in each run, with its conversation. A conversation that cannot be shown hides no other. */
function useTrials(
  runs: readonly RunSetMember[],
  row: RunSetRow,
  trial: number,
  /** How its trials have ended; undefined until that is read. */
  items: Items | undefined,
) {
  const api = useApi(arenaApiRef);
  const ids = idsOf(runs);
  return useQuery<ComparedTrial[] | undefined>(
    async signal =>
      items
        ? Promise.all(
            runs.map(async ({ id }, index) => {
              const { figures } = row.cells[index];
              if (!figures || trial >= figures.trials) return {};
              const at = figures.firstItem + trial;
              const item =
                items[index][trial] ??
                (await api.item(id, at, { signal }).catch(orNothing));
              if (!item?.hasTranscript) return { item };
              try {
                const transcript = await api.transcript(id, at, { signal });
                return { item, transcript };
              } catch (error) {
                return { item, error: error as Error };
              }
            }),
          )
        : undefined,
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says which row it is
    [api, ids, row.key, trial, items],
    { keepPrevious: true },
  );
}

/** Each answer brings other objects for the same runs. */
function idsOf(runs: readonly RunSetMember[]): string {
  return runs.map(({ id }) => id).join(',');
}

function orNothing(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}

type Items = ReadonlyArray<ReadonlyArray<RunItem | undefined>>;

/** The first one that passed in the baseline and not elsewhere; else the first that differs, or fails. */
function tellingTrial(items: Items): number {
  const [before, ...after] = items;
  const find = (
    test: (past: RunItem | undefined, now: RunItem | undefined) => boolean,
  ) => {
    const count = Math.max(0, ...items.map(({ length }) => length));
    for (let trial = 0; trial < count; trial += 1) {
      if (after.some(one => test(before[trial], one[trial]))) return trial;
    }
    return undefined;
  };
  return (
    find((a, b) => a?.status === 'passed' && !!b && b.status !== 'passed') ??
    find((a, b) => !!a && !!b && a.status !== b.status) ??
    find((_, b) => !!b && b.status !== 'passed') ??
    0
  );
}

function toneOf(items: Items, trial: number): string | undefined {
  const [before, ...after] = items.map(one => one[trial]?.status);
  if (after.some(one => one && one !== 'passed')) return 'failed';
  return before && after.every(one => one === 'passed') ? 'passed' : undefined;
}
