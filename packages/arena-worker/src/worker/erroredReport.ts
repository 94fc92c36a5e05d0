import { ItemReport } from '@backstage-arena/plugin-arena-common';
import { LeasedWork } from './Lease';

/** A result that stands for an item that has none of its own. */
export function erroredReport(
  work: LeasedWork,
  fault: {
    class: 'timeout' | 'engine';
    message: string;
    startedAt?: string;
    durationMs?: number;
  },
): ItemReport {
  return {
    index: work.index,
    attempt: work.attempt,
    status: 'errored',
    startedAt: fault.startedAt ?? new Date().toISOString(),
    durationMs: fault.durationMs ?? 0,
    error: {
      class: fault.class,
      message: fault.message.slice(0, 4_000),
      retryable: true,
    },
    message: fault.message.slice(0, 1_000),
    checksTotal: 0,
    checksFailed: 0,
    turns: 0,
    toolCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    cost: 0,
  };
}
