import { ReactNode } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { ButtonLink, Link } from '@backstage/ui';
import {
  ComparedCell,
  RunComparison,
  RunGate,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { formatCount, formatPercent } from '../../lib/format';
import { useArenaShell } from '../../shell';
import {
  ErrorPanel,
  Facts,
  FiguresTable,
  LoadingRows,
  SectionCard,
} from '../shared';
import { formatEffect } from './formatEffect';
import { ChangeBadge, VerdictBadge } from './VerdictBadge';
import styles from './Comparison.module.css';

/** What the baseline of the job said of a run, and which cells changed. */
export function GateCard(props: {
  runId: string;
  /** Nobody knows whether there is anything to show. */
  isOptional?: boolean;
}) {
  const { runId, isOptional } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const api = useApi(arenaApiRef);
  const gate = useQuery(signal => api.gate(runId, { signal }), [api, runId]);
  if (isOptional && !gate.value) return null;
  return (
    <SectionCard
      title={t('comparison.title')}
      aside={
        gate.value && (
          <span className={styles.badges}>
            <VerdictBadge verdict={gate.value.verdict} />
            {gate.value.baseline && (
              <ButtonLink
                size="small"
                variant="secondary"
                href={links.compare([gate.value.baseline.id, runId])}
              >
                {t('comparison.set.openCells')}
              </ButtonLink>
            )}
          </span>
        )
      }
    >
      {gate.error && !gate.value && (
        <ErrorPanel
          title={t('comparison.error')}
          error={gate.error}
          onRetry={gate.reload}
        />
      )}
      {!gate.value && !gate.error && <LoadingRows rows={4} />}
      {gate.value && <Gate runId={runId} gate={gate.value} />}
    </SectionCard>
  );
}

function Gate(props: { runId: string; gate: RunGate }) {
  const { baseline, changedInputs, comparison, message } = props.gate;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  if (!baseline) return <p className={styles.text}>{message}</p>;
  const facts: Array<readonly [string, ReactNode]> = [
    [
      t('comparison.baseline'),
      <Link key="baseline" href={links.run(baseline.id)}>
        {baseline.jobName}
      </Link>,
    ],
    ...(comparison && comparison.cells > 0 ? figures(comparison, t) : []),
    [
      t('comparison.inputs'),
      changedInputs.length > 0
        ? changedInputs.map(name => t(`comparison.input.${name}`)).join(', ')
        : t('comparison.inputsNone'),
    ],
  ];
  const { added = 0, gone = 0, edited = 0 } = comparison?.excluded ?? {};
  if (added + gone + edited > 0) {
    facts.push([
      t('comparison.excluded'),
      t('comparison.excludedCounts', {
        added: formatCount(added),
        gone: formatCount(gone),
        edited: formatCount(edited),
      }),
    ]);
  }
  return (
    <div className={styles.gate}>
      <Facts facts={facts} wideLabels />
      {comparison && comparison.changedCells.length > 0 && (
        <ChangedCells runId={props.runId} comparison={comparison} />
      )}
    </div>
  );
}

function figures(
  comparison: RunComparison,
  t: ReturnType<typeof useArenaTranslation>['t'],
): Array<readonly [string, ReactNode]> {
  const { passRate, effect, interval, confidence, pValue } = comparison;
  const { cells, scenarios, decidedBy } = comparison;
  return [
    [
      t('comparison.passRate'),
      t('comparison.passRateChange', {
        before: formatPercent(passRate.baseline),
        after: formatPercent(passRate.current),
      }),
    ],
    [
      t('comparison.change'),
      t('comparison.changeWithInterval', {
        effect: formatEffect(effect),
        confidence: String(Math.round(100 * confidence)),
        low: formatEffect(interval.low),
        high: formatEffect(interval.high),
      }),
    ],
    [
      t('comparison.chance'),
      pValue < 0.0001
        ? t('comparison.chanceBelow')
        : `${Number((pValue * 100).toPrecision(2))} %`,
    ],
    ...(decidedBy
      ? [
          [
            t('comparison.decidedBy'),
            t(`comparison.decidedByWhat.${decidedBy}`),
          ] as const,
        ]
      : []),
    [
      t('comparison.compared'),
      t('comparison.comparedCounts', {
        cells: formatCount(cells),
        scenarios: formatCount(scenarios),
      }),
    ],
  ];
}

function ChangedCells(props: { runId: string; comparison: RunComparison }) {
  const { changedCells, changes, cells } = props.comparison;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const hidden = cells - changes.unchanged - changedCells.length;
  const trials = (side: ComparedCell['baseline']) =>
    t('comparison.cell', {
      passed: formatCount(side.passed),
      judged: formatCount(side.judged),
    });
  const regions = new Set(changedCells.map(({ region }) => region));
  return (
    <div>
      <FiguresTable
        caption={t('comparison.cells')}
        rows={changedCells}
        keyOf={({ scenario, provider, region, variant }) =>
          JSON.stringify([scenario, provider, region, variant])
        }
        columns={[
          {
            id: 'scenario',
            label: t('comparison.scenario'),
            cell: ({ scenario, provider }) => (
              <Link
                href={links.run(props.runId, {
                  tab: 'items',
                  scenario,
                  provider,
                })}
              >
                {scenario}
              </Link>
            ),
          },
          {
            id: 'provider',
            label: t('comparison.provider'),
            isText: true,
            cell: ({ provider, region, variant }) =>
              [
                provider,
                ...(regions.size > 1 ? [region] : []),
                ...(variant > 0
                  ? [t('comparison.variant', { variant: String(variant + 1) })]
                  : []),
              ].join(', '),
          },
          {
            id: 'before',
            label: t('comparison.before'),
            cell: cell => trials(cell.baseline),
          },
          {
            id: 'now',
            label: t('comparison.now'),
            cell: cell => trials(cell.current),
          },
          {
            id: 'change',
            label: t('comparison.what'),
            isText: true,
            cell: cell => <ChangeBadge change={cell.change} />,
          },
        ]}
      />
      {hidden > 0 && (
        <p className={styles.note}>
          {t('comparison.more', { number: formatCount(hidden) })}
        </p>
      )}
    </div>
  );
}
