import { NextFire } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import badges from '../shared/badges.module.css';
import styles from './Schedule.module.css';

/** `2026-03-29T03:00:00+02:00[Europe/Berlin]` as date, time and offset. */
function partsOf(local: string): string {
  const match = /^([\d-]+)T(\d\d:\d\d):\d\d([+-]\d\d:\d\d)/.exec(local);
  if (!match) return local;
  const [, date, time, offset] = match;
  const day = new Date(`${date}T00:00:00Z`).toLocaleDateString(undefined, {
    weekday: 'short',
    timeZone: 'UTC',
  });
  return `${day} ${date} ${time} (${offset})`;
}

/** When a schedule is due next. Days on which clocks change are marked. */
export function NextFires(props: { fires: readonly NextFire[] }) {
  const { t } = useArenaTranslation();
  if (props.fires.length === 0) return <p>{t('schedule.never')}</p>;
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('schedule.local')}</th>
            <th scope="col">{t('schedule.utc')}</th>
          </tr>
        </thead>
        <tbody>
          {props.fires.map(({ at, local, notes }) => (
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
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
