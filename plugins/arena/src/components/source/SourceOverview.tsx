import { Card, CardBody, CardHeader } from '@backstage/ui';
import {
  ArenaObject,
  SourceRevision,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { Query } from '../../hooks/useQuery';
import { formatTime } from '../../lib/format';
import { statusText } from '../../lib/jobs';
import { fieldOf, originOf } from '../../lib/sources';
import { JobAddress } from '../../shell';
import { ConditionsCard } from '../job/ConditionsCard';
import { ErrorPanel, Facts, LoadingRows } from '../shared';
import { RevisionsTable } from './RevisionsTable';
import { useAdvice } from './useAdvice';
import styles from './Source.module.css';

/** State of a source and what it has fetched so far. */
export function SourceOverview(props: {
  address: JobAddress;
  source: ArenaObject;
  revisions: Query<SourceRevision[]>;
}) {
  const { address, source, revisions } = props;
  const { t } = useArenaTranslation();
  const adviceOf = useAdvice(source);
  return (
    <div className={styles.overview}>
      {/* On the page itself: in dark mode, secondary text of a table is too dim for the ground of a card. */}
      <section aria-label={t('source.revisions.title')}>
        <h2 className={styles.cardTitle}>{t('source.revisions.title')}</h2>
        {revisions.error && (
          <ErrorPanel
            title={t('error.revisions')}
            error={revisions.error}
            onRetry={revisions.reload}
          />
        )}
        {!revisions.value && !revisions.error && <LoadingRows rows={3} />}
        {revisions.value && (
          <RevisionsTable address={address} revisions={revisions.value} />
        )}
      </section>
      <div className={styles.cards}>
        <ConditionsCard object={source} adviceOf={adviceOf} />
        <FactsCard source={source} />
      </div>
    </div>
  );
}

/** What the source was asked to be, and when it is looked at. */
function FactsCard(props: { source: ArenaObject }) {
  const { source } = props;
  const { t } = useArenaTranslation();
  const { git, interval, timeout } = source.spec;
  const ref: unknown =
    typeof git === 'object' && git !== null ? Reflect.get(git, 'ref') : null;
  const refs = Object.entries(
    typeof ref === 'object' && ref !== null ? ref : {},
  ).map(([kind, value]) => `${kind} ${value}`);
  const time = (key: string) => {
    const value = statusText(source, key);
    return value === undefined ? '–' : formatTime(value);
  };
  const facts: Array<[label: string, value: string]> = [
    [t('column.type'), String(source.spec.type ?? '–')],
    [t('column.origin'), originOf(source) || '–'],
    ...(source.spec.type === 'git'
      ? ([
          [t('source.fact.ref'), refs.join(', ') || t('source.ref.default')],
          [t('source.field.folder'), fieldOf(git, 'path') || '/'],
        ] as Array<[string, string]>)
      : []),
    [t('source.fact.interval'), String(interval ?? '–')],
    [t('source.fact.timeout'), String(timeout ?? '–')],
    [t('source.fact.lastFetch'), time('lastFetchTime')],
    [t('source.fact.nextFetch'), time('nextFetchTime')],
    [t('run.revision'), fieldOf(source.status?.artifact, 'revision') || '–'],
    [t('run.digest'), fieldOf(source.status?.artifact, 'digest') || '–'],
  ];
  return (
    <Card>
      <CardHeader>
        <h2 className={styles.cardTitle}>{t('source.facts')}</h2>
      </CardHeader>
      <CardBody>
        <Facts facts={facts} />
      </CardBody>
    </Card>
  );
}
