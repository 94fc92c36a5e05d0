import { RiCheckLine, RiCloseLine } from '@remixicon/react';
import { LoadReport } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatRate } from '../../load/formatLoad';
import badges from '../shared/badges.module.css';
import { FiguresTable, SectionCard } from '../shared';
import styles from './Load.module.css';

/** What a search for the highest good rate found, step by step. */
export function SearchPanel(props: { report: LoadReport }) {
  const { search, endedBy } = props.report;
  const { t } = useArenaTranslation();
  if (!search) return null;
  const rate = formatRate(search.rate);
  const found = search.rate !== undefined;
  const running = endedBy === 'running';
  let sentence: string = t('load.search.none');
  if (running) {
    sentence = found
      ? t('load.search.running', { rate })
      : t('load.search.runningNone');
  } else if (found) {
    sentence = t('load.search.found', { rate });
  }
  const steps = search.steps.map((step, index) => ({ index, ...step }));
  return (
    <SectionCard title={t('load.search.title')}>
      <p className={styles.text}>
        {sentence} {!running && search.reason}
      </p>
      {steps.length > 0 && (
        <FiguresTable
          caption={t('load.search.title')}
          isCaptionHidden
          rows={steps}
          keyOf={({ index }) => index}
          columns={[
            {
              id: 'step',
              label: t('load.search.step'),
              cell: ({ index }) => index + 1,
            },
            {
              id: 'rate',
              label: t('load.search.rate'),
              cell: step => formatRate(step.rate),
            },
            {
              id: 'good',
              label: t('load.search.result'),
              isText: true,
              cell: ({ good }) => <StepBadge good={good} />,
            },
            {
              id: 'reason',
              label: t('load.search.reason'),
              isText: true,
              cell: ({ reason }) => reason,
            },
          ]}
        />
      )}
    </SectionCard>
  );
}

function StepBadge(props: { good: boolean }) {
  const { t } = useArenaTranslation();
  const Icon = props.good ? RiCheckLine : RiCloseLine;
  return (
    <span className={badges.badge} data-tone={props.good ? 'passed' : 'failed'}>
      <Icon aria-hidden size={14} />
      {t(props.good ? 'load.search.good' : 'load.search.bad')}
    </span>
  );
}
