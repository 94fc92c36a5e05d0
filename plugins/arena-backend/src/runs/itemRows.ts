import {
  itemKey,
  ItemReport,
  PlanCell,
  RunItem,
} from '@backstage-arena/plugin-arena-common';
import { cellOf, PlannedRun } from './PlannedRun';
import { ITEM_STATUSES, RunItemRow } from './tables';

/** Row of a report, as the engine's writers take it. */
export interface ResultRow extends Omit<ItemReport, 'transcript'> {
  scenario: string;
  provider: string;
  region: string;
  variant: number;
  trial: number;
}

/** What readers and reports are both told. What follows from the index is taken from the plan. */
function common(cell: PlanCell, row: RunItemRow) {
  return {
    index: cell.index,
    scenario: cell.scenario.id,
    provider: cell.provider.id,
    region: cell.region,
    variant: cell.variant,
    trial: cell.trial,
    status: ITEM_STATUSES[row.status],
    attempt: row.attempt,
    startedAt: new Date(Number(row.started_at)).toISOString(),
    durationMs: row.duration_ms,
    checksTotal: row.checks_total,
    checksFailed: row.checks_failed,
    score: row.score ?? undefined,
    turns: row.turns,
    toolCalls: row.tool_calls,
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    cost: row.cost,
    ttftMs: row.ttft_ms ?? undefined,
    message: row.message ?? undefined,
    error: row.error === null ? undefined : JSON.parse(row.error),
  };
}

/** An item as readers see it. */
export function toRunItem(
  run: PlannedRun,
  row: RunItemRow,
  options: { transcriptsPruned?: boolean } = {},
): RunItem {
  const cell = cellOf(run, Number(row.idx));
  return {
    ...common(cell, row),
    key: itemKey(cell),
    finishedAt: new Date(Number(row.finished_at)).toISOString(),
    hasTranscript: row.transcript_batch !== null && !options.transcriptsPruned,
  };
}

/** An item as reports have it. */
export function toResultRow(run: PlannedRun, row: RunItemRow): ResultRow {
  return {
    ...common(cellOf(run, Number(row.idx)), row),
    cachedTokens: Number(row.cached_tokens),
  };
}
