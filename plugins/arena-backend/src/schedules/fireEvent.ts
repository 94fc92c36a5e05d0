import { HandledFires } from '@backstage-arena/plugin-arena-common';

interface JobEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** What became of fires, as an event of the job; undefined when it is not worth one. */
export function fireEvent({
  outcome,
  child,
  firstAt,
  count,
  message,
}: HandledFires): JobEvent | undefined {
  // Whoever suspends a schedule knows what follows.
  if (outcome === 'Suspended') return undefined;
  const time = new Date(firstAt).toISOString();
  if (outcome === 'Started') {
    return {
      type: 'Normal',
      reason: 'RunStarted',
      message: `Started ${child}, due at ${time}`,
    };
  }
  const more = count > 1 ? ` and ${count - 1} later` : '';
  return {
    type: 'Warning',
    reason: `Run${outcome}`,
    message: `The run due at ${time}${more} did not start: ${message}`,
  };
}

/**
 * Nothing is known of what was due before a schedule was changed.
 *
 * @param problem - why it cannot be read as it was
 */
export function unreadableEvent(problem: string): JobEvent {
  return {
    type: 'Warning',
    reason: 'ScheduleUnreadable',
    message: `The schedule was changed. What was due before and not started yet is not known, because the old one cannot be read: ${problem}`,
  };
}
