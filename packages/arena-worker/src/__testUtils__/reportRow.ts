import { ReportItem } from '@backstage-arena/arena-engine';

/** A row of a report: a passed item, unless the values say otherwise. */
export function reportRow(values: Partial<ReportItem> = {}): ReportItem {
  return {
    index: 0,
    scenario: 'greets',
    provider: 'one',
    region: 'default',
    variant: 0,
    trial: 0,
    attempt: 1,
    status: 'passed',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 100,
    checksTotal: 1,
    checksFailed: 0,
    turns: 1,
    toolCalls: 0,
    inputTokens: 10,
    outputTokens: 20,
    cachedTokens: 0,
    cost: 0,
    ...values,
  };
}
