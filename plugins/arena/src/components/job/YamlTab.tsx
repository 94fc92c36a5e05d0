import { useMemo } from 'react';
import { stringify } from 'yaml';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { LazyYamlEditor } from '../editor/LazyYamlEditor';
import { CopyButton, EmptyState } from '../shared';
import styles from './Job.module.css';

/** The object as the server has it. */
export function YamlTab(props: { object: ArenaObject | undefined }) {
  const { object } = props;
  const { t } = useArenaTranslation();
  const text = useMemo(() => (object ? stringify(object) : ''), [object]);
  if (!object) return <EmptyState title={t('job.gone')} />;
  return (
    <>
      <div className={styles.toolbar}>
        <CopyButton text={text} />
      </div>
      <LazyYamlEditor
        value={text}
        label={t('yaml.label', { name: object.metadata.name })}
      />
    </>
  );
}
