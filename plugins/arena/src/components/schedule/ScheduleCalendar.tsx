import { useApi } from '@backstage/frontend-plugin-api';
import { KeyboardEvent, useMemo, useRef, useState } from 'react';
import { ScheduleDays } from '@backstage-arena/plugin-arena-common';
import { localDate } from '@backstage-arena/plugin-arena-common/schedule';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { dateLocale } from '../../lib/locale';
import { useQuery } from '../../hooks/useQuery';
import { JobAddress } from '../../shell';
import { ErrorPanel, LoadingRows } from '../shared';
import {
  CalendarDay,
  CalendarMonth,
  calendarMonths,
  DayTone,
} from './calendarMonths';
import { DaySummary, dayInWords } from './DaySummary';
import styles from './ScheduleCalendar.module.css';

const FEWEST_MONTHS = 3;
const DAYS_OF_WEEK = 7;

/** In the order of the legend, with what is written into the days, so that colours are not all that tells them apart. */
const TONES: ReadonlyArray<readonly [DayTone, string]> = [
  ['Succeeded', '✓'],
  ['Failed', '×'],
  ['Missed', '–'],
  ['Refused', '!'],
  ['Cancelled', '/'],
  ['Running', '›'],
  ['Suspended', '‖'],
  ['None', ''],
  ['NotKnown', '·'],
];
const MARKS = new Map<DayTone, string>(TONES);

/** The past of a schedule, day by day for a year. */
export function ScheduleCalendar(props: {
  address: JobAddress;
  /** The history is read again when this changes. */
  version: string | undefined;
}) {
  const { cluster, namespace, name } = props.address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const query = useQuery(
    signal => api.scheduleDays({ cluster, namespace, name }, {}, { signal }),
    [api, cluster, namespace, name, props.version],
    { keepPrevious: true },
  );
  if (query.error && !query.value) {
    return (
      <ErrorPanel
        title={t('schedule.error')}
        error={query.error}
        onRetry={query.reload}
      />
    );
  }
  if (!query.value) return <LoadingRows rows={3} />;
  return <Calendar history={query.value} />;
}

function Calendar({ history }: { history: ScheduleDays }) {
  const { t } = useArenaTranslation();
  const today = localDate(Date.now(), history.timezone);
  const months = useMemo(
    () =>
      calendarMonths(history.days, today, {
        fewest: FEWEST_MONTHS,
        knownFrom: localDate(history.knownFrom, history.timezone),
      }),
    [history, today],
  );
  const days = useMemo(() => months.flatMap(month => month.days), [months]);
  const [chosen, setChosen] = useState<string>();
  const [hovered, setHovered] = useState<string>();
  const root = useRef<HTMLDivElement>(null);
  const latest = days[days.length - 1];
  const active = days.find(({ date }) => date === chosen) ?? latest;
  const shown = days.find(({ date }) => date === hovered) ?? active;

  const move = (event: KeyboardEvent) => {
    const at = days.indexOf(active);
    const rtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const targets: Record<string, number | undefined> = {
      ArrowLeft: at + (rtl ? 1 : -1),
      ArrowRight: at + (rtl ? -1 : 1),
      ArrowUp: at - DAYS_OF_WEEK,
      ArrowDown: at + DAYS_OF_WEEK,
      PageUp: at - 4 * DAYS_OF_WEEK,
      PageDown: at + 4 * DAYS_OF_WEEK,
      Home: 0,
      End: days.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const { date } = days[Math.max(0, Math.min(target, days.length - 1))];
    setChosen(date);
    setHovered(undefined);
    root.current?.querySelector<HTMLElement>(`[data-date="${date}"]`)?.focus();
  };

  return (
    <div className={styles.calendar}>
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- the days in it are what is operated */}
      <div
        ref={root}
        className={styles.months}
        onKeyDown={move}
        onMouseLeave={() => setHovered(undefined)}
      >
        {months.map(month => (
          <Month
            key={month.month}
            month={month}
            active={active}
            onChoose={setChosen}
            onHover={setHovered}
          />
        ))}
      </div>
      <DaySummary day={shown} />
      <ul className={styles.legend} aria-label={t('schedule.legend')}>
        {TONES.map(([tone, mark]) => (
          <li key={tone}>
            <span className={styles.day} data-tone={tone} aria-hidden>
              {mark}
            </span>
            {t(`schedule.tones.${tone}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Month(props: {
  month: CalendarMonth;
  active: CalendarDay;
  onChoose: (date: string) => void;
  onHover: (date: string) => void;
}) {
  const { month, active, onChoose, onHover } = props;
  const { t } = useArenaTranslation();
  const title = new Date(`${month.month}-01`).toLocaleDateString(dateLocale(), {
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return (
    <div role="group" aria-label={title}>
      <div className={styles.month} aria-hidden>
        {title}
      </div>
      <div className={styles.days}>
        {month.days.map((day, index) => (
          <button
            key={day.date}
            type="button"
            className={styles.day}
            data-tone={day.tone}
            data-date={day.date}
            style={
              index === 0 ? { gridColumnStart: month.offset + 1 } : undefined
            }
            // One stop for the tabulator; arrows do the rest.
            tabIndex={day === active ? 0 : -1}
            aria-label={dayInWords(day, t)}
            onFocus={() => onChoose(day.date)}
            onMouseEnter={() => onHover(day.date)}
          >
            {MARKS.get(day.tone)}
          </button>
        ))}
      </div>
    </div>
  );
}
