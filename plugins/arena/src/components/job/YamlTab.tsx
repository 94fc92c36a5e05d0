import { useMemo } from 'react';
import { stringify } from 'yaml';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { LazyYamlEditor } from '../editor/LazyYamlEditor';
import { CopyButton, EmptyState } from '../shared';
import styles from './Job.module.css';

/** The object as the server has it. */
export function YamlTab(props: { job: ArenaObject | undefined }) {
  const { job } = props;
  const { t } = useArenaTranslation();
  const text = useMemo(() => (job ? stringify(job) : ''), [job]);
  if (!job) return <EmptyState title={t('job.gone')} />;
  return (
    <>
      <div className={styles.toolbar}>
        <CopyButton text={text} />
      </div>
      <LazyYamlEditor
        value={text}
        label={t('yaml.label', { name: job.metadata.name })}
      />
    </>
  );
}
