import { useState } from 'react';
import { Alert, Button } from '@backstage/ui';
import { RiDownloadLine, RiFileTextLine } from '@remixicon/react';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { Run, RunReport } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { messageOf } from '../../lib/errors';
import { formatBytes } from '../../lib/format';
import { saveResponse } from '../../lib/saveResponse';
import { useArenaShell } from '../../shell';
import { EmptyState } from '../shared';
import styles from './Job.module.css';

/** Files that the run wrote. */
export function ReportsTab(props: { run: Run | undefined }) {
  const { run } = props;
  const { t } = useArenaTranslation();
  if (!run || (run.reports.length === 0 && !run.finalizeError)) {
    return (
      <EmptyState
        icon={<RiFileTextLine size={36} />}
        title={t('reports.none')}
        description={t('reports.noneDescription')}
      />
    );
  }
  return (
    <>
      {run.finalizeError && (
        <Alert
          status="danger"
          icon
          title={t('reports.failed')}
          description={run.finalizeError}
        />
      )}
      <ul className={styles.reports} aria-label={t('reports.label')}>
        {run.reports.map(report => (
          <Report key={report.name} runId={run.id} report={report} />
        ))}
      </ul>
    </>
  );
}

function Report(props: { runId: string; report: RunReport }) {
  const { runId, report } = props;
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const { notify } = useArenaShell();
  const [busy, setBusy] = useState(false);

  const download = async () => {
    setBusy(true);
    try {
      await saveResponse(await api.report(runId, report.name), report.name);
    } catch (error) {
      notify({
        status: 'danger',
        message: `${t('error.report')}: ${messageOf(toError(error))}`,
      });
    } finally {
      setBusy(false);
    }
  };

  return (
    <li className={styles.report}>
      <RiFileTextLine size={20} aria-hidden />
      <div className={styles.reportText}>
        <span className={styles.reportName}>{report.name}</span>
        <span className={styles.muted}>
          {report.contentType} · {formatBytes(report.size)} ·{' '}
          <code title={report.digest}>{report.digest.slice(0, 19)}…</code>
        </span>
      </div>
      <Button
        size="small"
        variant="secondary"
        iconStart={<RiDownloadLine />}
        isPending={busy}
        aria-label={t('reports.download', { name: report.name })}
        onPress={() => {
          download();
        }}
      >
        {t('action.download')}
      </Button>
    </li>
  );
}
