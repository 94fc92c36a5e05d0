import { ToolCallRecord } from '../../conversation/messages';
import { CheckOutcome, verdict } from '../Check';
import { quoted } from '../quoted';

/** Share of the tools that were called often enough; 0 when one was called too often. */
export function countCalls(
  calls: ReadonlyArray<Pick<ToolCallRecord, 'name'>>,
  wanted: readonly string[],
  { min, max }: { min: number; max?: number },
): CheckOutcome {
  const counts = wanted.map(name => ({
    name,
    count: calls.filter(call => call.name === name).length,
  }));
  const over = counts.filter(({ count }) => max !== undefined && count > max);
  if (over.length > 0) {
    return verdict(
      false,
      over
        .map(
          ({ name, count }) =>
            `${name} was called ${count} times, allowed are ${max}`,
        )
        .join(', '),
    );
  }
  const missing = counts.filter(({ count }) => count < min);
  return {
    score: (counts.length - missing.length) / counts.length,
    explanation:
      missing.length === 0
        ? `Called were ${quoted(wanted)}`
        : missing
            .map(
              ({ name, count }) =>
                `${name} was called ${count} times, expected ${min}`,
            )
            .join(', '),
  };
}
