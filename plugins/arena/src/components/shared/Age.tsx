import { useNow } from '../../hooks/useNow';
import { formatAge, formatTime } from '../../lib/format';

/** How long ago something was; the exact time is in its tooltip. */
export function Age(props: { time: string }) {
  const now = useNow(10_000);
  return (
    <time dateTime={props.time} title={formatTime(props.time)}>
      {formatAge(props.time, now)}
    </time>
  );
}
