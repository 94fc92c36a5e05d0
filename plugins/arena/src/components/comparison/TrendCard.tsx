import { useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { Checkbox, Link } from '@backstage/ui';
import {
  RUN_SET_LIMITS,
  TrendPoint,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { Translate } from '../../hooks/Translate';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import {
  formatCost,
  formatCount,
  formatDuration,
  formatInterval,
  formatPercent,
  formatTime,
} from '../../lib/format';
import { JobAddress, useArenaShell } from '../../shell';
import {
  EmptyState,
  ErrorPanel,
  FiguresTable,
  LoadingRows,
  PhaseBadge,
  SectionCard,
} from '../shared';
import { VerdictBadge } from './VerdictBadge';
import { CompareChosen } from './set/CompareButton';
import { ChartPoint, TrendChart } from './TrendChart';
import { TrendChoices, TrendPart, TrendPartPicker } from './TrendPartPicker';
import styles from './Comparison.module.css';

const POINTS = 50;

/** How the runs of a job went over time: of a schedule, or of a job that was repeated. */
export function TrendCard(props: {
  address: JobAddress;
  /** Any new value has it read again. */
  version?: string;
  /** The only ones that count. */
  scenario?: string;
  provider?: string;
  /** Lets the reader choose them. */
  choices?: TrendChoices;
}) {
  const { address, version, choices } = props;
  const { cluster, namespace, name } = address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const [part, setPart] = useState<TrendPart>({});
  const scenario = props.scenario ?? part.scenario;
  const provider = props.provider ?? part.provider;
  const isPart = scenario !== undefined || provider !== undefined;
  const trend = useQuery(
    signal =>
      api.trend(
        { cluster, namespace, name },
        { limit: POINTS, scenario, provider },
        { signal },
      ),
    [api, cluster, namespace, name, version, scenario, provider],
    { keepPrevious: true },
  );
  return (
    <SectionCard
      title={t('comparison.trend.title')}
      aside={
        choices && (
          <TrendPartPicker choices={choices} part={part} onChange={setPart} />
        )
      }
    >
      {trend.error && !trend.value && (
        <ErrorPanel
          title={t('comparison.trend.error')}
          error={trend.error}
          onRetry={trend.reload}
        />
      )}
      {!trend.value && !trend.error && <LoadingRows rows={5} />}
      {trend.value &&
        (trend.value.points.length === 0 ? (
          <EmptyState
            title={t('comparison.trend.none')}
            description={t('comparison.trend.noneDescription')}
          />
        ) : (
          <Trend points={trend.value.points} isPart={isPart} />
        ))}
    </SectionCard>
  );
}

function Trend(props: { points: readonly TrendPoint[]; isPart: boolean }) {
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const points = [...props.points].reverse();
  const chart = (
    title: string,
    format: (value: number) => string,
    valuesOf: (
      point: TrendPoint,
    ) => Pick<ChartPoint, 'value' | 'low' | 'high'> & { text?: string },
    options: { max?: number; isCount?: boolean; hint?: string } = {},
  ) => {
    const drawn = points.map(point => {
      const { text, ...values } = valuesOf(point);
      return {
        ...values,
        key: point.runId,
        href: links.run(point.runId),
        isChanged: point.changedInputs.length > 0,
        isBad: point.phase === 'Failed',
        title: describe(
          point,
          text ?? (values.value === undefined ? '–' : format(values.value)),
          t,
        ),
      };
    });
    const latest = [...drawn]
      .reverse()
      .find(({ value }) => value !== undefined);
    return (
      <TrendChart
        title={title}
        {...options}
        format={format}
        points={drawn}
        label={t('comparison.trend.label', {
          title,
          number: String(points.length),
          first: formatTime(points[0].finishedAt),
          last: formatTime(points[points.length - 1].finishedAt),
          value: latest?.value === undefined ? '–' : format(latest.value),
        })}
      />
    );
  };
  return (
    <>
      <div className={styles.charts}>
        {chart(
          t('comparison.trend.passRate'),
          formatPercent,
          ({ passRate, interval }) => ({
            value: passRate,
            low: interval?.low,
            high: interval?.high,
            text:
              passRate !== undefined && interval
                ? `${formatPercent(passRate)}, ${t(
                    'comparison.trend.interval',
                    { interval: formatInterval(interval) },
                  )}`
                : undefined,
          }),
          { max: 1, hint: t('comparison.trend.passRateHint') },
        )}
        {chart(
          t('comparison.trend.latency'),
          formatDuration,
          ({ duration, meanDurationMs }) => ({
            value: duration?.p50 ?? meanDurationMs,
            low: duration?.p50,
            high: duration?.p95,
            text: duration && durations(duration, t),
          }),
          {
            hint: props.isPart
              ? t('comparison.set.meanHint')
              : t('comparison.trend.latencyHint'),
          },
        )}
        {chart(t('comparison.trend.cost'), formatCost, ({ cost }) => ({
          value: cost,
        }))}
        {chart(
          t('comparison.trend.flaky'),
          formatCount,
          ({ flakyCells }) => ({ value: flakyCells }),
          { isCount: true },
        )}
      </div>
      <p className={styles.note}>
        {props.isPart
          ? t('comparison.set.trendOfPart')
          : t('comparison.trend.legend')}
      </p>
      <TrendTable points={props.points} />
    </>
  );
}

/** A run in a sentence, for those who point at it or cannot see it. */
function describe(point: TrendPoint, value: string, t: Translate): string {
  const parts = [
    t('comparison.trend.point', { time: formatTime(point.finishedAt), value }),
    t(`phase.${point.phase}`),
    ...(point.gate ? [t(`comparison.verdicts.${point.gate.verdict}`)] : []),
    ...(point.changedInputs.length > 0
      ? [t('comparison.trend.changed', { inputs: inputsOf(point, t) })]
      : []),
  ];
  return parts.join(', ');
}

function inputsOf({ changedInputs }: TrendPoint, t: Translate): string {
  return changedInputs.map(name => t(`comparison.input.${name}`)).join(', ');
}

function durations(
  { p50, p95 }: { p50: number; p95: number },
  t: Translate,
): string {
  return `${t('comparison.trend.p50')} ${formatDuration(p50)}, ${t(
    'comparison.trend.p95',
  )} ${formatDuration(p95)}`;
}

/** The oldest one is the baseline. */
function inOrder(
  points: readonly TrendPoint[],
  chosen: readonly string[],
): string[] {
  return [...points]
    .reverse()
    .map(({ runId }) => runId)
    .filter(id => chosen.includes(id));
}

/** The figures of all charts. Made when somebody opens it. */
function TrendTable(props: { points: readonly TrendPoint[] }) {
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  return (
    <details
      className={styles.details}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{t('comparison.trend.table')}</summary>
      {isOpen && <CompareChosen runIds={inOrder(props.points, chosen)} />}
      {isOpen && (
        <FiguresTable
          caption={t('comparison.trend.title')}
          isCaptionHidden
          rows={props.points}
          keyOf={({ runId }) => runId}
          columns={[
            {
              id: 'when',
              label: t('comparison.trend.when'),
              cell: ({ runId, finishedAt }) => (
                <Link href={links.run(runId)}>{formatTime(finishedAt)}</Link>
              ),
            },
            {
              id: 'compare',
              label: t('comparison.set.open'),
              isText: true,
              cell: ({ runId, finishedAt }) => (
                <Checkbox
                  aria-label={t('comparison.set.select', {
                    name: formatTime(finishedAt),
                  })}
                  isSelected={chosen.includes(runId)}
                  isDisabled={
                    chosen.length >= RUN_SET_LIMITS.max &&
                    !chosen.includes(runId)
                  }
                  onChange={isOn =>
                    setChosen(
                      isOn
                        ? [...chosen, runId]
                        : chosen.filter(id => id !== runId),
                    )
                  }
                />
              ),
            },
            {
              id: 'outcome',
              label: t('comparison.trend.outcome'),
              isText: true,
              cell: ({ phase, gate }) => (
                <span className={styles.badges}>
                  <PhaseBadge phase={phase} />
                  {gate && <VerdictBadge verdict={gate.verdict} />}
                </span>
              ),
            },
            {
              id: 'passRate',
              label: t('comparison.trend.passRate'),
              cell: ({ passRate, interval }) =>
                passRate === undefined || !interval
                  ? '–'
                  : `${formatPercent(passRate)} (${formatInterval(interval)})`,
            },
            {
              id: 'latency',
              label: t('comparison.trend.latency'),
              cell: ({ duration, meanDurationMs }) => {
                if (duration) return durations(duration, t);
                return meanDurationMs === undefined
                  ? '–'
                  : formatDuration(meanDurationMs);
              },
            },
            {
              id: 'cost',
              label: t('comparison.trend.cost'),
              cell: ({ cost }) => formatCost(cost),
            },
            {
              id: 'flaky',
              label: t('comparison.trend.flaky'),
              cell: ({ flakyCells, cells }) =>
                `${formatCount(flakyCells)} / ${formatCount(cells)}`,
            },
            {
              id: 'inputs',
              label: t('comparison.trend.inputs'),
              isText: true,
              cell: point => inputsOf(point, t) || '–',
            },
          ]}
        />
      )}
    </details>
  );
}
