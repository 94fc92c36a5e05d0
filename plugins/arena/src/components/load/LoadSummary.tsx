import { VisuallyHidden } from '@backstage/ui';
import { LoadState } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import {
  formatClock,
  formatMoney,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
} from '../../load/formatLoad';
import { elapsedMs, plannedMs, targetNow } from '../../load/loadTimes';
import { LoadWatch } from '../../load/LoadWatch';
import { recentOf, RECENT_SECONDS } from '../../load/recentOf';
import { useLoadView, useSeriesVersion } from '../../load/useLoadWatch';
import { ErrorPanel, LoadingRows, Meter, Stat, StatRow } from '../shared';
import { AuditBadge } from './AuditBadge';
import { LoadPhaseBadge, usePhaseText } from './LoadPhaseBadge';
import { PassedBadge } from './PassedBadge';
import styles from './Load.module.css';

/** How far a load test is and how it goes, in figures. */
export function LoadSummary(props: { watch: LoadWatch }) {
  const { watch } = props;
  const { t } = useArenaTranslation();
  const { state, error, isRefused } = useLoadView(watch);
  if (!state) {
    return error ? (
      <ErrorPanel
        title={t(isRefused ? 'load.refused' : 'load.error')}
        error={error}
      />
    ) : (
      <LoadingRows rows={2} height={40} />
    );
  }
  const { report } = state;
  return (
    <section className={styles.summary} aria-label={t('load.stat.status')}>
      {error && (
        <ErrorPanel
          title={t(isRefused ? 'load.staleForGood' : 'load.stale')}
          error={error}
        />
      )}
      <div className={styles.badges}>
        <LoadPhaseBadge state={state} />
        {report && <AuditBadge verdict={report.audit.verdict} isAlone />}
        {report && state.phase === 'over' && (
          <PassedBadge passed={report.passed} />
        )}
        {report && report.endedBy !== 'running' && (
          <span className={styles.muted}>
            {t(`load.endedBy.${report.endedBy}`)}
          </span>
        )}
      </div>
      <Elapsed state={state} />
      <StatRow>
        <RateStats watch={watch} state={state} />
        <ResultStats state={state} />
      </StatRow>
      <Announcement state={state} />
    </section>
  );
}

function Elapsed(props: { state: LoadState }) {
  const { t } = useArenaTranslation();
  const elapsed = elapsedMs(props.state);
  const planned = plannedMs(props.state);
  const text =
    planned === undefined
      ? formatClock(elapsed)
      : t('load.stat.ofTotal', {
          elapsed: formatClock(elapsed),
          total: formatClock(planned),
        });
  return (
    <div className={styles.elapsed}>
      <Meter
        label={t('load.stat.elapsedBar')}
        value={elapsed}
        max={planned}
        text={text}
      />
    </div>
  );
}

/** The rates: those of now while it runs, those of the whole test afterwards. */
function RateStats(props: { watch: LoadWatch; state: LoadState }) {
  const { watch, state } = props;
  const { t } = useArenaTranslation();
  useSeriesVersion(watch.series);
  const { report, profile } = state;
  const isOpen = profile.mode === 'open';
  if (state.phase === 'over') {
    return (
      <>
        {isOpen && (
          <Stat label={t('load.stat.targetWhole')}>
            {formatRate(report?.totals.targetRate)}
          </Stat>
        )}
        <Stat
          label={t('load.stat.sentWhole')}
          hint={t('load.stat.sentWholeHint')}
        >
          {formatRate(report?.totals.sentRate)}
        </Stat>
      </>
    );
  }
  const recent = recentOf(watch.series);
  return (
    <>
      {isOpen ? (
        <Stat label={t('load.stat.target')}>
          {formatRate(state.phase === 'stopping' ? 0 : targetNow(state))}
        </Stat>
      ) : (
        <Stat
          label={t('load.stat.targetVus')}
          hint={t('load.stat.targetVusHint')}
        >
          {formatNumber(targetNow(state))}
        </Stat>
      )}
      <Stat
        label={t('load.stat.sent')}
        hint={t('load.stat.sentHint', { seconds: String(RECENT_SECONDS) })}
      >
        {formatRate(recent?.sent)}
      </Stat>
      <Stat label={t('load.stat.inFlight')}>
        {recent ? formatCount(recent.inFlight) : '–'}
      </Stat>
    </>
  );
}

/** What was measured so far, or in the end. */
function ResultStats(props: { state: LoadState }) {
  const { t } = useArenaTranslation();
  const { report } = props.state;
  if (!report) return null;
  const { totals, cost } = report;
  const { latency, ttft } = totals.times;
  return (
    <>
      <Stat
        label={t('load.stat.conversations')}
        hint={
          totals.expected === undefined
            ? undefined
            : t('load.stat.conversationsHint', {
                sent: formatCount(totals.sent),
                expected: formatCount(totals.expected),
              })
        }
      >
        {formatCount(totals.completed)}
      </Stat>
      <Stat
        label={t('load.stat.errorRate')}
        hint={t('load.stat.errorRateHint', {
          failed: formatCount(totals.completed - totals.succeeded),
          completed: formatCount(totals.completed),
        })}
      >
        {formatShare(totals.errorRate)}
      </Stat>
      <Stat label={t('load.stat.latency')} hint={t('load.stat.latencyHint')}>
        {latency
          ? [latency.p50, latency.p95, latency.p99].map(formatMs).join(' / ')
          : '–'}
      </Stat>
      {ttft && (
        <Stat label={t('load.stat.ttft')} hint={t('load.stat.ttftHint')}>
          {[ttft.p50, ttft.p95].map(formatMs).join(' / ')}
        </Stat>
      )}
      <Stat
        label={t('load.stat.goodput')}
        hint={t('load.stat.goodputHint', {
          share: formatShare(totals.goodputRate),
        })}
      >
        {formatRate(totals.goodput)}
      </Stat>
      <Stat label={t('load.stat.cost')} hint={t('load.stat.costHint')}>
        {cost.limit === undefined ? (
          formatMoney(cost.total, cost.currency)
        ) : (
          <Meter
            label={t('load.stat.costBar')}
            value={cost.total}
            max={cost.limit}
            isLimit
            text={t('load.stat.costOf', {
              cost: formatMoney(cost.total, cost.currency),
              limit: formatMoney(cost.limit, cost.currency),
            })}
          />
        )}
      </Stat>
    </>
  );
}

/** Tells screen readers once a minute, and when the phase changes: not each second. */
function Announcement(props: { state: LoadState }) {
  const { state } = props;
  const { t } = useArenaTranslation();
  const minute = Math.floor(elapsedMs(state) / 60_000) * 60_000;
  const phase = usePhaseText(state);
  return (
    <VisuallyHidden aria-live="polite">
      {t('load.announcement', {
        phase,
        elapsed: formatClock(minute),
      })}
    </VisuallyHidden>
  );
}
