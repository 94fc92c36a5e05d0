import { Translate } from '../../hooks/Translate';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { dateLocale } from '../../lib/locale';
import { CalendarDay } from './calendarMonths';
import styles from './ScheduleCalendar.module.css';

/** What happened on a day of the calendar, with the reasons for what did not. */
export function DaySummary({ day }: { day: CalendarDay }) {
  const { t } = useArenaTranslation();
  const lines = linesOf(day, t);
  return (
    <div className={styles.summary}>
      <strong>{dateInWords(day.date)}</strong>
      {lines.length === 0 && <span>{nothingOn(day, t)}</span>}
      {lines.map(({ text, reason }) => (
        <span key={text}>
          {text}
          {reason && <span className={styles.reason}> ({reason})</span>}
        </span>
      ))}
    </div>
  );
}

/** The same in one line. */
export function dayInWords(day: CalendarDay, t: Translate): string {
  const lines = linesOf(day, t).map(({ text, reason }) =>
    reason ? `${text} (${reason})` : text,
  );
  const what = lines.length > 0 ? lines.join(', ') : nothingOn(day, t);
  return `${dateInWords(day.date)}: ${what}`;
}

function nothingOn({ tone }: CalendarDay, t: Translate): string {
  return t(`schedule.tones.${tone === 'NotKnown' ? tone : 'None'}`);
}

function linesOf(
  { started, skipped }: CalendarDay,
  t: Translate,
): Array<{ text: string; reason?: string }> {
  return [
    ...started.map(([result, number]) => ({
      text: `${number} × ${t(`schedule.results.${result}`)}`,
    })),
    ...skipped.map(({ outcome, count, message }) => {
      const what = t(`schedule.outcomes.${outcome}`);
      return {
        text: count === undefined ? what : `${count} × ${what}`,
        reason: message,
      };
    }),
  ];
}

function dateInWords(date: string): string {
  return new Date(date).toLocaleDateString(dateLocale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
}
