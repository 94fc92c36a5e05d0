import { Button } from '@backstage/ui';
import { RiDownloadLine, RiFileTextLine } from '@remixicon/react';
import { Run, RunReport } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useReportDownload } from '../../hooks/useReportDownload';
import { formatBytes } from '../../lib/format';
import { EmptyState } from '../shared';
import styles from './Job.module.css';
import { ReportsFailure } from './ReportsFailure';

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
        <ReportsFailure run={run} reason={run.finalizeError} />
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
  const { t } = useArenaTranslation();
  const { download, isPending } = useReportDownload(runId, report.name);

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
        isPending={isPending}
        aria-label={t('reports.download', { name: report.name })}
        onPress={download}
      >
        {t('action.download')}
      </Button>
    </li>
  );
}
