import { useMemo } from 'react';
import { Select } from '@backstage/ui';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  DatasetReject,
  RejectReason,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useSearchState } from '../../shell';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import badges from '../shared/badges.module.css';
import { JsonBlock } from '../transcript/JsonBlock';
import { datasetMessages } from './datasetMessages';
import { Pager } from './Pager';
import { ProvenanceFacts } from './ProvenanceFacts';
import { usePages } from './usePages';
import styles from './Dataset.module.css';

const PAGE_SIZE = 50;
const REASONS = Object.keys(datasetMessages.reason) as RejectReason[];
const ALL = 'all';

/** Attempts that brought no row, with what they brought instead. */
export function RejectsTab(props: { runId: string }) {
  const { runId } = props;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const search = useSearchState();
  const reason = REASONS.find(one => one === search.get('reason'));
  const pages = usePages<DatasetReject>(
    (page, signal) =>
      api.datasetRejects(
        runId,
        { ...page, ...(reason && { reason: [reason] }) },
        { signal },
      ),
    { pageSize: PAGE_SIZE, of: `${runId} ${reason}` },
  );
  const options = useMemo(
    () => [
      { id: ALL, label: t('dataset.rejects.all') },
      ...REASONS.map(id => ({
        id: String(id),
        label: t(`dataset.reason.${id}`),
      })),
    ],
    [t],
  );
  const { value, error, reload } = pages.query;
  return (
    <div className={styles.overview}>
      <div className={styles.toolbar}>
        <Select
          label={t('dataset.rejects.reason')}
          size="small"
          value={reason ?? ALL}
          onChange={key =>
            search.set({ reason: key === ALL ? undefined : String(key) })
          }
          options={options}
        />
        <Pager pages={pages} />
      </div>
      {error && (
        <ErrorPanel
          title={t('dataset.errorRejects')}
          error={error}
          onRetry={reload}
        />
      )}
      {!value && !error && <LoadingRows rows={8} />}
      {value?.items.length === 0 && (
        <EmptyState
          title={t('dataset.rejects.empty')}
          description={t('dataset.rejects.emptyDescription')}
        />
      )}
      {value && value.items.length > 0 && (
        <ul className={styles.rejects} aria-label={t('dataset.rejects.label')}>
          {value.items.map(reject => (
            <li key={`${reject.attempt} ${reject.rejectedAt}`}>
              <Reject reject={reject} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Reject(props: { reject: DatasetReject }) {
  const { reject } = props;
  const { reason, message, text, duplicateOf, scenario, provider } = reject;
  const { t } = useArenaTranslation();
  return (
    <details className={styles.reject}>
      <summary>
        <span className={badges.badge} data-tone="failed">
          {t(`dataset.reason.${reason}`)}
        </span>
        <span className={styles.message}>{message}</span>
        <span className={styles.muted}>
          {scenario} · {provider}
        </span>
      </summary>
      <div className={styles.rejectBody}>
        {duplicateOf !== undefined && (
          <p className={styles.text}>
            {t('dataset.rejects.says')}{' '}
            {t('dataset.rejects.duplicateOf', {
              number: String(duplicateOf + 1),
            })}
          </p>
        )}
        {text && (
          <>
            <h3 className={styles.subTitle}>{t('dataset.rejects.reply')}</h3>
            <JsonBlock value={text} label={t('dataset.rejects.reply')} />
          </>
        )}
        <ProvenanceFacts provenance={reject} time={reject.rejectedAt} />
      </div>
    </details>
  );
}
