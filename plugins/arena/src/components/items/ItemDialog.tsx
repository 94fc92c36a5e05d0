import { useEffect } from 'react';
import { ButtonIcon, Dialog, DialogBody, DialogHeader } from '@backstage/ui';
import { RiArrowDownSLine, RiArrowUpSLine } from '@remixicon/react';
import { useApi } from '@backstage/frontend-plugin-api';
import { Run, RunItem } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { statusOf } from '../../lib/errors';
import {
  formatCost,
  formatCount,
  formatDuration,
  formatTime,
} from '../../lib/format';
import {
  EmptyState,
  ErrorPanel,
  ItemStatusBadge,
  LoadingRows,
  Stat,
  StatRow,
} from '../shared';
import { Discussion } from '../comments';
import { TranscriptView } from '../transcript/TranscriptView';
import styles from './Items.module.css';

/** One item with its whole conversation. J and K, or the arrow buttons, go through the items of the table. */
export function ItemDialog(props: {
  run: Run;
  /** Labels of other items of the job. */
  labels: string[];
  index: number;
  /** The row, when the table has it already. */
  item?: RunItem;
  onPrevious?: () => void;
  onNext?: () => void;
  onClose: () => void;
}) {
  const { run, labels, index, onPrevious, onNext, onClose } = props;
  const { id: runId, cluster, namespace, jobName } = run;
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const known = props.item;
  const fetched = useQuery(
    async signal => known ?? api.item(runId, index, { signal }),
    [api, runId, index, known],
  );
  const item = known ?? fetched.value;

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const { target } = event;
      if (target instanceof Element && target.closest('input, textarea')) {
        return;
      }
      if (event.key === 'j') onNext?.();
      if (event.key === 'k') onPrevious?.();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [onNext, onPrevious]);

  return (
    <Dialog
      isOpen
      width={920}
      height="92vh"
      onOpenChange={open => {
        if (!open) onClose();
      }}
    >
      <DialogHeader>
        {item
          ? t('item.title', {
              index: String(index),
              scenario: item.scenario,
              provider: item.provider,
            })
          : t('item.titleShort', { index: String(index) })}
      </DialogHeader>
      <div className={styles.dialogBar}>
        {item ? <ItemStatusBadge status={item.status} /> : <span />}
        <span className={styles.dialogMessage}>{item?.message}</span>
        <div className={styles.dialogNav}>
          <kbd className={styles.keys}>{t('item.keys')}</kbd>
          <ButtonIcon
            size="small"
            variant="secondary"
            icon={<RiArrowUpSLine />}
            aria-label={t('item.previous')}
            isDisabled={!onPrevious}
            onPress={onPrevious}
          />
          <ButtonIcon
            size="small"
            variant="secondary"
            icon={<RiArrowDownSLine />}
            aria-label={t('item.next')}
            isDisabled={!onNext}
            onPress={onNext}
          />
        </div>
      </div>
      <DialogBody className={styles.dialogBody} key={index}>
        {fetched.error && !item && (
          <ErrorPanel
            title={t('error.item')}
            error={fetched.error}
            onRetry={fetched.reload}
          />
        )}
        {item && <ItemFacts item={item} />}
        {item && run.pins.type === 'evaluation' && (
          <Discussion
            runId={runId}
            index={index}
            address={{ cluster, namespace, name: jobName }}
            used={labels}
          />
        )}
        {item && <ItemTranscript runId={runId} item={item} />}
        {!item && !fetched.error && <LoadingRows />}
      </DialogBody>
    </Dialog>
  );
}

function ItemFacts(props: { item: RunItem }) {
  const { item } = props;
  const { t } = useArenaTranslation();
  return (
    <div className={styles.facts}>
      <StatRow>
        <Stat label={t('column.duration')} hint={formatTime(item.startedAt)}>
          {formatDuration(item.durationMs)}
        </Stat>
        {item.ttftMs !== undefined && (
          <Stat label={t('column.ttft')}>{formatDuration(item.ttftMs)}</Stat>
        )}
        <Stat label={t('column.cost')}>{formatCost(item.cost)}</Stat>
        <Stat label={t('column.tokensInOut')}>
          {formatCount(item.inputTokens)} / {formatCount(item.outputTokens)}
        </Stat>
        <Stat label={t('column.turns')}>{item.turns}</Stat>
        <Stat label={t('column.toolCalls')}>{item.toolCalls}</Stat>
        <Stat label={t('column.checks')}>
          {item.checksTotal - item.checksFailed}/{item.checksTotal}
        </Stat>
        {item.score !== undefined && (
          <Stat label={t('column.score')}>{item.score.toFixed(2)}</Stat>
        )}
        <Stat label={t('column.attempt')}>{item.attempt}</Stat>
      </StatRow>
    </div>
  );
}

function ItemTranscript(props: { runId: string; item: RunItem }) {
  const { runId, item } = props;
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const { hasTranscript, index } = item;
  const transcript = useQuery(
    async signal =>
      hasTranscript ? api.transcript(runId, index, { signal }) : undefined,
    [api, runId, index, hasTranscript],
  );
  if (!hasTranscript) {
    return (
      <EmptyState
        title={t('transcript.none')}
        description={item.error?.message ?? t('transcript.noneDescription')}
      />
    );
  }
  if (transcript.error) {
    return statusOf(transcript.error) === 403 ? (
      <EmptyState
        title={t('transcript.forbidden')}
        description={t('transcript.forbiddenDescription')}
      />
    ) : (
      <ErrorPanel
        title={t('error.transcript')}
        error={transcript.error}
        onRetry={transcript.reload}
      />
    );
  }
  return transcript.value ? (
    <TranscriptView transcript={transcript.value} />
  ) : (
    <LoadingRows height={64} />
  );
}
