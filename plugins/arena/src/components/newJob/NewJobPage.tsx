import { useMemo, useState } from 'react';
import { Button, Container, Header } from '@backstage/ui';
import { RiCheckDoubleLine, RiPlayLine } from '@remixicon/react';
import { useApi } from '@backstage/frontend-plugin-api';
import { usePermission } from '@backstage/plugin-permission-react';
import { arenaJobCreatePermission } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { copyOfJob } from '../../lib/copyOfJob';
import { editJob, newJobText, parseJob } from '../../lib/jobDocument';
import { useArenaShell, useSearchState } from '../../shell';
import {
  ClusterChoice,
  ClusterNotice,
  ClusterScope,
  isAway,
  PageActions,
} from '../clusters';
import { LazyYamlEditor } from '../editor/LazyYamlEditor';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { JobFormFields } from './JobFormFields';
import { ProblemList } from './ProblemList';
import { useDryRun } from './useDryRun';
import styles from './NewJob.module.css';

/** A new job, by form or as text: both edit the same text. */
export function NewJobPage() {
  return (
    <ClusterScope>{choice => <NewJobStart choice={choice} />}</ClusterScope>
  );
}

/** Begins with a copy of another job, or with what else the address says at first: later changes of it leave what was written alone. */
function NewJobStart(props: { choice: ClusterChoice }) {
  const { choice } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const search = useSearchState();
  const [begin] = useState(() => ({
    cluster: choice.name,
    namespace: search.get('namespace') ?? 'default',
    copyOf: search.get('copyOf'),
    source: search.get('source'),
    component: search.get('component'),
  }));
  const { cluster, namespace, copyOf } = begin;
  const copied = useQuery(
    async signal =>
      copyOf
        ? api.get(
            { cluster, namespace, name: copyOf, kind: 'ArenaJob' },
            { signal },
          )
        : undefined,
    [api, begin],
  );
  if (!copyOf) return <NewJobForm choice={choice} start={newJobText(begin)} />;
  if (copied.value) {
    return <NewJobForm choice={choice} start={copyOfJob(copied.value)} />;
  }
  return (
    <Container className={styles.page}>
      {copied.error ? (
        <ErrorPanel
          title={t('newJob.notCopied', { name: copyOf })}
          error={copied.error}
          onRetry={copied.reload}
        />
      ) : (
        <LoadingRows />
      )}
    </Container>
  );
}

function NewJobForm(props: { choice: ClusterChoice; start: string }) {
  const { choice, start } = props;
  const cluster = choice.name;
  const away = isAway(choice);
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const shell = useArenaShell();
  const permission = usePermission({ permission: arenaJobCreatePermission });
  const [text, setText] = useState(start);
  const [creating, setCreating] = useState(false);
  const parsed = useMemo(() => parseJob(text), [text]);
  const dryRun = useDryRun({
    cluster,
    text,
    parsed,
    enabled: permission.allowed && !away,
  });

  const create = async () => {
    setCreating(true);
    try {
      const job = await api.create(cluster, text);
      const { namespace, name } = job.metadata;
      shell.notify({ status: 'success', message: t('job.created', { name }) });
      shell.navigate(shell.links.job({ cluster, namespace, name }));
    } catch (error) {
      dryRun.refuse(error);
      setCreating(false);
    }
  };

  if (!permission.loading && !permission.allowed) {
    return (
      <Container className={styles.page}>
        <EmptyState
          title={t('newJob.forbidden')}
          description={t('newJob.forbiddenDescription')}
        />
      </Container>
    );
  }
  const canWrite = parsed.problems.length === 0;
  const canAsk = canWrite && !away;
  return (
    <>
      <Header
        title={t('newJob.title')}
        customActions={
          <PageActions choice={choice}>
            <Button
              size="small"
              variant="secondary"
              iconStart={<RiCheckDoubleLine />}
              isPending={dryRun.state === 'checking'}
              isDisabled={!canAsk}
              onPress={dryRun.check}
            >
              {t('action.dryRun')}
            </Button>
            <Button
              size="small"
              variant="primary"
              iconStart={<RiPlayLine />}
              isPending={creating}
              isDisabled={!canAsk || !permission.allowed}
              onPress={() => {
                create();
              }}
            >
              {t('action.create')}
            </Button>
          </PageActions>
        }
      />
      <Container className={styles.page}>
        <ClusterNotice choice={choice} />
        <div className={styles.columns}>
          <section className={styles.form} aria-label={t('newJob.form')}>
            <JobFormFields
              cluster={cluster}
              form={parsed.form}
              isDisabled={!canWrite}
              onChange={change => setText(current => editJob(current, change))}
            />
          </section>
          <section className={styles.text} aria-label={t('newJob.yaml')}>
            <div className={styles.editor}>
              <LazyYamlEditor
                value={text}
                label={t('newJob.yaml')}
                problems={dryRun.problems}
                onChange={setText}
              />
            </div>
            {dryRun.error && (
              <ErrorPanel title={t('newJob.refused')} error={dryRun.error} />
            )}
            <ProblemList
              text={text}
              state={dryRun.state}
              problems={dryRun.problems}
            />
          </section>
        </div>
      </Container>
    </>
  );
}
