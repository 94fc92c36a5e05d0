import { NextFire } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { dateLocale } from '../../lib/locale';
import badges from '../shared/badges.module.css';
import styles from './Schedule.module.css';

/** `2026-03-29T03:00:00+02:00[Europe/Berlin]` as date, time and offset. */
function partsOf(local: string): string {
  const match = /^([\d-]+)T(\d\d:\d\d):\d\d([+-]\d\d:\d\d)/.exec(local);
  if (!match) return local;
  const [, date, time, offset] = match;
  const day = new Date(`${date}T00:00:00Z`).toLocaleDateString(dateLocale(), {
    weekday: 'short',
    timeZone: 'UTC',
  });
  return `${day} ${date} ${time} (${offset})`;
}

/** How much later than it is due a run is started: `+3 min 20 s`. */
function delayOf(at: string, startsAt: string): string {
  const seconds = Math.round((Date.parse(startsAt) - Date.parse(at)) / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const parts = [
    [hours, 'h'],
    [minutes, 'min'],
    [seconds % 60, 's'],
  ].flatMap(([value, unit]) => (value ? [`${value} ${unit}`] : []));
  return parts.length > 0 ? `+${parts.join(' ')}` : '';
}

/** When a schedule is due next. Days on which clocks change are marked. */
export function NextFires(props: {
  fires: ReadonlyArray<Omit<NextFire, 'startsAt'> & { startsAt?: string }>;
}) {
  const { fires } = props;
  const { t } = useArenaTranslation();
  if (fires.length === 0) return <p>{t('schedule.never')}</p>;
  const hasJitter = fires.some(
    ({ at, startsAt }) => startsAt !== undefined && startsAt !== at,
  );
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('schedule.local')}</th>
            <th scope="col">{t('schedule.utc')}</th>
            {hasJitter && <th scope="col">{t('schedule.starts')}</th>}
          </tr>
        </thead>
        <tbody>
          {fires.map(({ at, startsAt = at, local, notes }) => (
            <tr key={at}>
              <td>
                {partsOf(local)}
                {notes.map(note => (
                  <div key={note} className={styles.note}>
                    <span className={badges.badge} data-tone="Warning">
                      {t('schedule.notes')}
                    </span>{' '}
                    {note}
                  </div>
                ))}
              </td>
              <td>
                <time dateTime={at}>{at.slice(0, 16).replace('T', ' ')}</time>
              </td>
              {hasJitter && (
                <td>
                  <time dateTime={startsAt}>{delayOf(at, startsAt)}</time>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
