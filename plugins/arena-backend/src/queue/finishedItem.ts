import { InputError } from '@backstage/errors';
import {
  isJudged,
  ItemError,
  ItemReport,
} from '@backstage-arena/plugin-arena-common';
import { generatedItem, GeneratedItem } from '../datasets/GeneratedItem';
import { cellOf, PlannedRun } from '../runs/PlannedRun';
import { RunItemRow, statusCode } from '../runs/tables';
import { decidesVerdict } from '../runs/verdictItems';
import { Redactor } from '../transcripts/createRedactor';

/** A row of `run_items` before it has a run and a batch. */
export type FinishedItem = Omit<
  RunItemRow,
  'run_seq' | 'transcript_batch' | 'idx'
> & {
  idx: number;
  hasTranscript: boolean;
  isJudged: boolean;
  /** Whether it decides the verdict of the job. */
  decides: boolean;
  /** Of a run that generates data: what the attempt brought. */
  generated?: GeneratedItem;
};

const MAX_COUNT = 2 ** 31 - 1;
const MAX_AMOUNT = 1e12;

const LIMITS: ReadonlyArray<[keyof ItemReport & string, number]> = [
  ['checksTotal', MAX_COUNT],
  ['checksFailed', MAX_COUNT],
  ['turns', MAX_COUNT],
  ['toolCalls', MAX_COUNT],
  ['inputTokens', MAX_AMOUNT],
  ['outputTokens', MAX_AMOUNT],
  ['cachedTokens', MAX_AMOUNT],
  ['cost', MAX_AMOUNT],
  ['durationMs', MAX_AMOUNT],
  ['ttftMs', MAX_AMOUNT],
];

/**
 * Refuses numbers that would overflow a column or a sum.
 *
 * @throws InputError
 */
export function checkAmounts(report: ItemReport): void {
  for (const [field, limit] of LIMITS) {
    const value = report[field];
    if (typeof value === 'number' && !(value <= limit)) {
      throw new InputError(
        `Item ${report.index}: ${field} is ${value}; at most ${limit} is allowed`,
      );
    }
  }
}

// A zero, or half of a pair; whole pairs are let off by `careful`.
const NEEDS_CARE = /[\0\ud800-\udfff]/;

/** Text as every database can hold it: PostgreSQL refuses zero characters and halves of surrogate pairs. */
export function storableText(text: string): string {
  return NEEDS_CARE.test(text) ? careful(text) : text;
}

function careful(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\uFFFD');
}

function storedError(
  error: ItemError | undefined,
  redact: (text: string) => string,
): string | null {
  if (!error) return null;
  return JSON.stringify({
    ...error,
    message: storableText(redact(error.message)),
  });
}

/** The row of a result. */
export function finishedItem(
  run: PlannedRun,
  report: ItemReport,
  options: { now: number; redact: Redactor },
): FinishedItem {
  const cell = cellOf(run, report.index);
  return {
    idx: report.index,
    scenario_ix: cell.scenarioIndex,
    provider_ix: cell.providerIndex,
    status: statusCode(report.status),
    attempt: report.attempt,
    started_at: Date.parse(report.startedAt),
    finished_at: options.now,
    duration_ms: report.durationMs,
    checks_total: report.checksTotal,
    checks_failed: report.checksFailed,
    score: report.score ?? null,
    turns: report.turns,
    tool_calls: report.toolCalls,
    input_tokens: report.inputTokens,
    output_tokens: report.outputTokens,
    cached_tokens: report.cachedTokens,
    cost: report.cost,
    ttft_ms: report.ttftMs ?? null,
    message:
      report.message === undefined
        ? null
        : storableText(options.redact.text(report.message)),
    error: storedError(report.error, options.redact.text),
    hasTranscript: report.transcript !== undefined,
    isJudged: isJudged(report),
    decides: decidesVerdict(run, cell),
    ...(run.pins.dataset && {
      generated: generatedItem(
        report,
        run.pins.dataset,
        options.redact,
        storableText,
      ),
    }),
  };
}

/** The row of an item that no worker brought to an end. */
export function lostItem(
  run: PlannedRun,
  options: {
    index: number;
    attempt: number;
    startedAt: number;
    now: number;
    error: ItemError;
  },
): FinishedItem {
  const cell = cellOf(run, options.index);
  return {
    idx: options.index,
    scenario_ix: cell.scenarioIndex,
    provider_ix: cell.providerIndex,
    status: statusCode('errored'),
    attempt: options.attempt,
    started_at: options.startedAt,
    finished_at: options.now,
    duration_ms: Math.max(0, options.now - options.startedAt),
    checks_total: 0,
    checks_failed: 0,
    score: null,
    turns: 0,
    tool_calls: 0,
    input_tokens: 0,
    output_tokens: 0,
    cached_tokens: 0,
    cost: 0,
    ttft_ms: null,
    message: options.error.message.slice(0, 1_000),
    error: JSON.stringify(options.error),
    hasTranscript: false,
    isJudged: false,
    decides: decidesVerdict(run, cell),
    ...(run.pins.dataset && {
      generated: {
        state: 'none' as const,
        rejection: { reason: 'error' as const, message: options.error.message },
      },
    }),
  };
}
