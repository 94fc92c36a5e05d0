import { Button } from '@backstage/ui';
import { RiDownloadLine } from '@remixicon/react';
import { Run } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useReportDownload } from '../../hooks/useReportDownload';
import { saveText } from '../../lib/saveResponse';
import { LoadWatch } from '../../load/LoadWatch';
import { seriesCsv } from '../../load/seriesCsv';
import { useLoadView, useSeriesVersion } from '../../load/useLoadWatch';
import { SectionCard } from '../shared';
import styles from './Load.module.css';

/** Reports that people take away, by their kind. */
const REPORTS = [
  ['loadtest.html', 'html'],
  ['loadtest.json', 'report'],
  ['loadtest-series.csv', 'series'],
  ['loadtest.prom', 'prom'],
] as const;

/** What can be taken away: the reports, and before they are written the series so far. */
export function LoadFiles(props: { watch: LoadWatch; run: Run }) {
  const { watch, run } = props;
  const { t } = useArenaTranslation();
  const { state } = useLoadView(watch);
  const written = REPORTS.filter(([file]) =>
    run.reports.some(({ name }) => name === file),
  );
  const isOver = state?.phase === 'over';
  return (
    <SectionCard title={t('load.exports.title')}>
      <div className={styles.files}>
        {written.map(([file, kind]) => (
          <ReportButton
            key={file}
            runId={run.id}
            file={file}
            label={t(`load.exports.${kind}`)}
          />
        ))}
        {written.length === 0 && (
          <>
            <SeriesButton watch={watch} run={run} />
            {!run.finalizeError && (
              <span className={styles.muted}>
                {isOver ? t('load.exports.writing') : t('load.exports.later')}
              </span>
            )}
          </>
        )}
      </div>
    </SectionCard>
  );
}

function ReportButton(props: { runId: string; file: string; label: string }) {
  const { runId, file, label } = props;
  const { download, isPending } = useReportDownload(runId, file);
  return (
    <Button
      size="small"
      variant="secondary"
      iconStart={<RiDownloadLine />}
      isPending={isPending}
      onPress={download}
    >
      {label}
    </Button>
  );
}

function SeriesButton(props: { watch: LoadWatch; run: Run }) {
  const { series } = props.watch;
  const { t } = useArenaTranslation();
  useSeriesVersion(series);
  return (
    <Button
      size="small"
      variant="secondary"
      iconStart={<RiDownloadLine />}
      isDisabled={series.length === 0}
      onPress={() =>
        saveText(
          seriesCsv(series),
          'text/csv',
          `${props.run.jobName}-series.csv`,
        )
      }
    >
      {t('load.exports.soFar')}
    </Button>
  );
}
