import { useState } from 'react';
import { Dialog, DialogBody, DialogHeader, Select } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatTime } from '../../lib/format';
import { Stat, StatRow } from '../shared';
import { PodLogs } from './PodLogs';
import { PodPhase } from './PodPhase';
import { containersOf, Pod, podStateOf } from './podState';
import { createdAt } from './usePods';
import styles from './Pods.module.css';

/** One pod: what it is, and what its containers wrote. */
export function PodDialog(props: {
  cluster: string;
  pod: Pod;
  onClose: () => void;
}) {
  const { cluster, pod, onClose } = props;
  const { t } = useArenaTranslation();
  const containers = containersOf(pod);
  const [container, setContainer] = useState(containers[0]);
  const { phase, restarts, node, reason, message } = podStateOf(pod);
  return (
    <Dialog
      isOpen
      width={1040}
      height="92vh"
      onOpenChange={open => {
        if (!open) onClose();
      }}
    >
      <DialogHeader>{pod.metadata?.name}</DialogHeader>
      <DialogBody className={styles.dialogBody}>
        <StatRow>
          <Stat label={t('column.phase')}>
            <PodPhase phase={phase} />
          </Stat>
          <Stat label={t('column.restarts')}>{restarts}</Stat>
          <Stat label={t('column.node')}>{node ?? '–'}</Stat>
          <Stat label={t('pods.created')}>{formatTime(createdAt(pod))}</Stat>
        </StatRow>
        {reason && (
          <p className={styles.why}>
            <strong>{reason}</strong>
            {message && ` ${message}`}
          </p>
        )}
        {containers.length > 1 && (
          <Select
            label={t('pods.container')}
            className={styles.container}
            value={container}
            onChange={key => setContainer(String(key))}
            options={containers.map(id => ({ id, label: id }))}
          />
        )}
        <PodLogs
          key={container}
          cluster={cluster}
          pod={pod}
          container={container}
        />
      </DialogBody>
    </Dialog>
  );
}
