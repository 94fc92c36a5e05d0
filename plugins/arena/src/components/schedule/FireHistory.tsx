import { useApi } from '@backstage/frontend-plugin-api';
import { Button, Link } from '@backstage/ui';
import { useState } from 'react';
import { toError } from '@backstage/errors';
import {
  FireOutcome,
  HandledFires,
  JobSchedule,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { messageOf } from '../../lib/errors';
import { formatTime } from '../../lib/format';
import { JobAddress, useArenaShell } from '../../shell';
import { EmptyState } from '../shared';
import badges from '../shared/badges.module.css';
import styles from './Schedule.module.css';

const TONES: Record<FireOutcome, string> = {
  Started: 'Running',
  Suspended: 'Pending',
  Missed: 'Warning',
  DeadlineExceeded: 'Warning',
  Forbidden: 'Warning',
  Refused: 'Failed',
};

/** What became of the times at which a schedule was due, the latest first. */
export function FireHistory(props: {
  address: JobAddress;
  first: JobSchedule;
}) {
  const { address, first } = props;
  const { cluster, namespace, name } = address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const shell = useArenaShell();
  const [more, setMore] = useState<{
    fires: HandledFires[];
    before?: number;
  }>();
  const [isLoading, setLoading] = useState(false);
  // What was loaded stays when the first page is read again.
  const known = new Map(
    [...(more?.fires ?? []), ...first.fires].map(fire => [fire.firstAt, fire]),
  );
  const fires = [...known.values()].sort((a, b) => b.firstAt - a.firstAt);
  const before = more ? more.before : first.before;
  if (fires.length === 0) {
    return (
      <EmptyState
        title={t('schedule.historyNone')}
        description={t('schedule.historyNoneDescription')}
      />
    );
  }
  const loadMore = async () => {
    setLoading(true);
    try {
      const page = await api.schedule({ cluster, namespace, name }, { before });
      setMore(loaded => ({
        fires: [...(loaded?.fires ?? first.fires), ...page.fires],
        before: page.before,
      }));
    } catch (error) {
      shell.notify({
        status: 'danger',
        message: `${t('schedule.error')}: ${messageOf(toError(error))}`,
      });
    } finally {
      setLoading(false);
    }
  };
  return (
    <>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('schedule.due')}</th>
              <th scope="col">{t('schedule.outcome')}</th>
              <th scope="col">{t('schedule.job')}</th>
            </tr>
          </thead>
          <tbody>
            {fires.map(fire => (
              <tr key={fire.firstAt}>
                <td>
                  <time dateTime={new Date(fire.firstAt).toISOString()}>
                    {formatTime(new Date(fire.firstAt).toISOString())}
                  </time>
                  {fire.count > 1 && (
                    <div className={styles.note}>
                      {t('schedule.times', {
                        number: String(fire.count),
                        last: formatTime(new Date(fire.lastAt).toISOString()),
                      })}
                    </div>
                  )}
                </td>
                <td>
                  <span
                    className={badges.badge}
                    data-tone={fire.result ?? TONES[fire.outcome]}
                  >
                    {t(`schedule.outcomes.${fire.result ?? fire.outcome}`)}
                  </span>
                </td>
                <td>
                  {fire.child ? (
                    <Link
                      href={shell.links.job({
                        cluster,
                        namespace,
                        name: fire.child,
                      })}
                    >
                      {fire.child}
                    </Link>
                  ) : (
                    fire.message
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {before !== undefined && (
        <Button
          variant="secondary"
          size="small"
          isPending={isLoading}
          onPress={loadMore}
        >
          {t('schedule.earlier')}
        </Button>
      )}
    </>
  );
}
