import { HandledFires } from '@backstage-arena/plugin-arena-common';

/** What became of fires, as an event of the job; undefined when it is not worth one. */
export function fireEvent({
  outcome,
  child,
  firstAt,
  count,
  message,
}: HandledFires):
  | { type: 'Normal' | 'Warning'; reason: string; message: string }
  | undefined {
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
