import { Button, ButtonIcon, Link } from '@backstage/ui';
import {
  RiArrowDownSLine,
  RiArrowUpSLine,
  RiCloseLine,
} from '@remixicon/react';
import { RunSetMember } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../../hooks/useArenaTranslation';
import {
  formatCost,
  formatDuration,
  formatInterval,
  formatPercent,
  formatTime,
} from '../../../lib/format';
import { useArenaShell } from '../../../shell';
import { FiguresTable } from '../../shared';
import { formatEffect } from '../formatEffect';
import { shortRevision } from '../../../lib/sources';
import badges from '../../shared/badges.module.css';
import styles from './Compare.module.css';

/** The runs all in all; the first one is the baseline. */
export function RunSetTable(props: {
  runs: readonly RunSetMember[];
  onChange: (ids: string[]) => void;
}) {
  const { runs, onChange } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const ids = runs.map(({ id }) => id);
  const moved = (from: number, to: number) => {
    const next = [...ids];
    next.splice(to, 0, ...next.splice(from, 1));
    return next;
  };
  const nameOf = ({ jobName }: RunSetMember, index: number) =>
    `${index === 0 ? t('comparison.set.baseline') : index} ${jobName}`;
  return (
    <FiguresTable
      caption={t('comparison.set.runs')}
      isCaptionHidden
      rows={runs.map((run, index) => ({ run, index }))}
      keyOf={({ run }) => run.id}
      columns={[
        {
          id: 'run',
          label: t('comparison.set.run'),
          isText: true,
          cell: ({ run, index }) => (
            <span className={styles.runName}>
              <span className={badges.badge} data-tone="Running">
                {index === 0 ? t('comparison.set.baseline') : index}
              </span>
              <Link href={links.run(run.id)}>{run.jobName}</Link>
              <span className={styles.runFacts} title={run.revision}>
                {[
                  shortRevision(run.revision),
                  run.finishedAt
                    ? formatTime(run.finishedAt)
                    : t('comparison.set.running'),
                ].join(' · ')}
              </span>
            </span>
          ),
        },
        {
          id: 'passRate',
          label: t('comparison.set.passRate'),
          cell: ({ run }) =>
            run.passRate !== undefined && run.interval ? (
              <span className={styles.figure}>
                {formatPercent(run.passRate)}
                <span className={styles.muted}>
                  {formatInterval(run.interval)}
                </span>
              </span>
            ) : (
              '–'
            ),
        },
        {
          id: 'effect',
          label: t('comparison.set.effect'),
          cell: ({ run: { whole } }) =>
            whole && whole.cells > 0 ? (
              <span className={styles.figure}>
                <span className={styles.effect}>
                  {whole.regressed && (
                    <span className={badges.badge} data-tone="Failed">
                      {t('comparison.set.regressed')}
                    </span>
                  )}
                  <span>
                    {t('comparison.set.effectText', {
                      effect: formatEffect(whole.effect),
                    })}
                  </span>
                </span>
                <span className={styles.muted}>
                  {t('comparison.set.effectInterval', {
                    low: formatEffect(whole.interval.low),
                    high: formatEffect(whole.interval.high),
                  })}
                </span>
              </span>
            ) : (
              '–'
            ),
        },
        {
          id: 'chance',
          label: t('comparison.set.chance'),
          hint: t('comparison.set.chanceHint'),
          cell: ({ run: { whole } }) =>
            whole && whole.cells > 0
              ? formatPercent(Number(whole.pValue.toPrecision(2)))
              : '–',
        },
        {
          id: 'score',
          label: t('comparison.set.score'),
          cell: ({ run }) => run.score?.toFixed(2) ?? '–',
        },
        {
          id: 'duration',
          label: t('comparison.set.duration'),
          cell: ({ run }) =>
            run.durationMs === undefined ? '–' : formatDuration(run.durationMs),
        },
        {
          id: 'cost',
          label: t('comparison.set.cost'),
          cell: ({ run }) => formatCost(run.cost),
        },
        {
          id: 'actions',
          label: t('comparison.set.actions'),
          isText: true,
          cell: ({ run, index }) => (
            <span className={styles.runActions}>
              <Button
                size="small"
                variant="tertiary"
                isDisabled={index === 0}
                aria-label={t('comparison.set.makeBaselineOf', {
                  name: nameOf(run, index),
                })}
                onPress={() => onChange(moved(index, 0))}
              >
                {t('comparison.set.makeBaseline')}
              </Button>
              <ButtonIcon
                size="small"
                variant="tertiary"
                icon={<RiArrowUpSLine />}
                isDisabled={index === 0}
                aria-label={t('comparison.set.moveUp', {
                  name: nameOf(run, index),
                })}
                onPress={() => onChange(moved(index, index - 1))}
              />
              <ButtonIcon
                size="small"
                variant="tertiary"
                icon={<RiArrowDownSLine />}
                isDisabled={index === runs.length - 1}
                aria-label={t('comparison.set.moveDown', {
                  name: nameOf(run, index),
                })}
                onPress={() => onChange(moved(index, index + 1))}
              />
              <ButtonIcon
                size="small"
                variant="tertiary"
                icon={<RiCloseLine />}
                aria-label={t('comparison.set.remove', {
                  name: nameOf(run, index),
                })}
                onPress={() => onChange(ids.filter(id => id !== run.id))}
              />
            </span>
          ),
        },
      ]}
    />
  );
}
