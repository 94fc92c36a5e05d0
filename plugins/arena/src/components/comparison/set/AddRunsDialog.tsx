import { useState } from 'react';
import {
  Button,
  Checkbox,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  SearchField,
} from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import { RUN_SET_LIMITS } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../../api';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import { useClusters } from '../../../hooks/useClusters';
import { useDebouncedValue } from '../../../hooks/useDebouncedValue';
import { useQuery } from '../../../hooks/useQuery';
import { isNotFound } from '../../../lib/errors';
import { formatPercent, formatTime } from '../../../lib/format';
import { JobAddress } from '../../../shell';
import { EmptyState, ErrorPanel, LoadingRows } from '../../shared';
import styles from './Compare.module.css';

const JOBS = 20;
const RUNS = 30;

/** A run that can be added. */
interface Candidate {
  id: string;
  jobName: string;
  at: string;
  passRate?: number;
}

/** Finds runs by the names of jobs: those of their whole series, whether the jobs are there or not. */
export function AddRunsDialog(props: {
  runs: readonly string[];
  /** The job of the runs so far; its namespace is the only one that can be chosen from. */
  near?: JobAddress;
  onAdd: (ids: string[]) => void;
  onClose: () => void;
}) {
  const { runs, near, onAdd, onClose } = props;
  const { t } = useArenaTranslation();
  const clusters = useClusters();
  const [job, setJob] = useState(near);
  const [chosen, setChosen] = useState<string[]>([]);
  const cluster = near?.cluster ?? clusters.value?.[0]?.name;
  const room = RUN_SET_LIMITS.max - runs.length - chosen.length;
  return (
    <Dialog
      isOpen
      width={720}
      height="80vh"
      onOpenChange={isOpen => {
        if (!isOpen) onClose();
      }}
    >
      <DialogHeader>{t('comparison.set.addTitle')}</DialogHeader>
      <DialogBody>
        <div className={styles.add}>
          {cluster && (
            <Jobs
              cluster={cluster}
              namespace={near?.namespace}
              chosen={job}
              onChoose={setJob}
            />
          )}
          {job && (
            <Runs
              job={job}
              known={runs}
              chosen={chosen}
              isFull={room <= 0}
              onChange={setChosen}
            />
          )}
          {room <= 0 && (
            <p className={styles.text} role="status">
              {t('comparison.set.addFull')}
            </p>
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={onClose}>
          {t('action.close')}
        </Button>
        <Button
          variant="primary"
          isDisabled={chosen.length === 0}
          onPress={() => onAdd(chosen)}
        >
          {t('comparison.set.addChosen', { number: String(chosen.length) })}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

function Jobs(props: {
  cluster: string;
  namespace: string | undefined;
  chosen: JobAddress | undefined;
  onChoose: (job: JobAddress) => void;
}) {
  const { cluster, namespace, chosen, onChoose } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const [text, setText] = useState('');
  const search = useDebouncedValue(text, 250);
  const jobs = useQuery(
    signal =>
      api.jobs(
        {
          cluster,
          namespace,
          type: ['evaluation'],
          search: search || undefined,
          limit: JOBS,
        },
        { signal },
      ),
    [api, cluster, namespace, search],
    { keepPrevious: true },
  );
  return (
    <section
      className={styles.addPart}
      aria-label={t('comparison.set.addJobs')}
    >
      <SearchField
        size="small"
        aria-label={t('comparison.set.addSearch')}
        placeholder={t('comparison.set.addSearch')}
        value={text}
        onChange={setText}
      />
      {jobs.error && !jobs.value && (
        <ErrorPanel
          title={t('comparison.set.addError')}
          error={jobs.error}
          onRetry={jobs.reload}
        />
      )}
      {!jobs.value && !jobs.error && <LoadingRows rows={4} />}
      {jobs.value?.items.length === 0 && (
        <EmptyState title={t('comparison.set.addNoJobs')} />
      )}
      <ul className={styles.choices}>
        {jobs.value?.items.map(({ metadata }) => {
          const address = {
            cluster,
            namespace: metadata.namespace,
            name: metadata.name,
          };
          return (
            <li key={metadata.uid}>
              <button
                type="button"
                className={styles.choice}
                aria-pressed={
                  chosen?.name === address.name &&
                  chosen.namespace === address.namespace
                }
                onClick={() => onChoose(address)}
              >
                <span className={styles.ellipsis}>{address.name}</span>
                {!namespace && (
                  <span className={styles.muted}>{address.namespace}</span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Runs(props: {
  job: JobAddress;
  known: readonly string[];
  chosen: readonly string[];
  isFull: boolean;
  onChange: (chosen: string[]) => void;
}) {
  const { job, known, chosen, isFull, onChange } = props;
  const { cluster, namespace, name } = job;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const runs = useQuery<Candidate[]>(
    async signal => {
      const address = { cluster, namespace, name };
      // The series has the runs that have ended; those of the job itself may still go on.
      const [trend, own] = await Promise.all([
        api.trend(address, { limit: RUNS }, { signal }),
        api.runsOfJob(address, { signal }).catch(error => {
          if (isNotFound(error)) return [];
          throw error;
        }),
      ]);
      const ended = trend.points.map(point => ({
        id: point.runId,
        jobName: point.jobName,
        at: point.finishedAt,
        passRate: point.passRate,
      }));
      const others = own
        .filter(run => !ended.some(({ id }) => id === run.id))
        .map(run => ({ id: run.id, jobName: run.jobName, at: run.createdAt }));
      return [...others, ...ended];
    },
    [api, cluster, namespace, name],
  );
  const label = t('comparison.set.addRuns', { name });
  return (
    <section className={styles.addPart} aria-label={label}>
      <h3 className={styles.inputsTitle}>{label}</h3>
      {runs.error && !runs.value && (
        <ErrorPanel
          title={t('comparison.set.addError')}
          error={runs.error}
          onRetry={runs.reload}
        />
      )}
      {!runs.value && !runs.error && <LoadingRows rows={4} />}
      {runs.value?.length === 0 && (
        <EmptyState title={t('comparison.set.addNoRuns')} />
      )}
      <ul className={styles.choices}>
        {runs.value?.map(({ id, jobName, at, passRate }) => {
          const isKnown = known.includes(id);
          const isChosen = isKnown || chosen.includes(id);
          return (
            <li key={id}>
              <Checkbox
                isSelected={isChosen}
                isDisabled={isKnown || (isFull && !isChosen)}
                onChange={isOn =>
                  onChange(
                    isOn
                      ? [...chosen, id]
                      : chosen.filter(other => other !== id),
                  )
                }
              >
                {[
                  jobName,
                  formatTime(at),
                  ...(passRate === undefined ? [] : [formatPercent(passRate)]),
                ].join(' · ')}
              </Checkbox>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
