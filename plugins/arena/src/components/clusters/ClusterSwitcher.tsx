import { Select } from '@backstage/ui';
import { RiServerLine } from '@remixicon/react';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { ClusterChoice } from './ClusterScope';
import styles from './Clusters.module.css';

/** Changes the cluster of the page, where there are several. */
export function ClusterSwitcher(props: { choice: ClusterChoice }) {
  const { choice } = props;
  const { t } = useArenaTranslation();
  if (choice.all.length < 2) return null;
  return (
    <Select
      aria-label={t('cluster.label')}
      className={styles.switcher}
      size="small"
      icon={<RiServerLine />}
      value={choice.name}
      onChange={key => {
        if (key !== null) choice.choose(String(key));
      }}
      options={choice.all.map(({ name, ready }) => ({
        id: name,
        label: ready ? name : t('cluster.away', { name }),
      }))}
    />
  );
}
