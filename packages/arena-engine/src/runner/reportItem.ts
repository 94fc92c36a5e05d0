import {
  CheckResult,
  ItemError,
  ItemReport,
  PlanCell,
} from '@backstage-arena/plugin-arena-common';
import { buildTranscript } from '../conversation/buildTranscript';
import { BundleFault, LimitReached } from '../conversation/errors';
import { BundleError } from '../Engine';
import { ItemConversation } from '../conversation/ItemConversation';
import { Quirks } from '../quirks/quirks';
import { ProviderError } from '../providers/ChatProvider';
import { SecretReader } from '../providers/SecretReader';
import { isoTime } from '../util/isoTime';

const MAX_ERROR = 4_000;
const MAX_MESSAGE = 1_000;
const MAX_REASONS = 3;

/** How a conversation ended. */
export interface Ending {
  checks: CheckResult[];
  /** The item could not be carried out. */
  fault?: ItemError;
  /** The system under test ran into a limit. */
  limit?: string;
  /** The next call did not fit into what was left of the budget. */
  unfinished?: boolean;
}

/** Sorts an error by what it says about the item. */
export function describeError(error: unknown): Pick<Ending, 'fault' | 'limit'> {
  if (error instanceof LimitReached) return { limit: error.message };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ProviderError) {
    return {
      fault: fault(error.errorClass, message, error.retryable),
    };
  }
  return {
    fault: fault(isOfBundle(error) ? 'bundle' : 'engine', message, false),
  };
}

/** Clients of judges and simulated users are made when they are first needed: only then their part of the bundle is read. */
function isOfBundle(error: unknown): boolean {
  return error instanceof BundleFault || error instanceof BundleError;
}

function fault(
  errorClass: ItemError['class'],
  message: string,
  retryable: boolean,
): ItemError {
  return { class: errorClass, message, retryable };
}

/** Sums up one execution. What is undefined is not reported. */
export function reportItem(options: {
  cell: PlanCell;
  attempt: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  conversation: ItemConversation;
  ending: Ending;
  quirks: Quirks;
  secrets: SecretReader;
  /** 0: there is none. */
  maxTranscriptBytes: number;
}): ItemReport {
  const { cell, conversation, ending } = options;
  // Secrets go before anything is cut: half of one is not found.
  const { secrets, maxTranscriptBytes } = options;
  const turnChecks: CheckResult[] = [];
  conversation.verdicts.forEach(({ results }) => turnChecks.push(...results));
  const checks = [...turnChecks, ...ending.checks];
  const failed = checks.filter(({ passed }) => !passed);
  const status = statusOf(options, turnChecks, failed);
  const { totals, roleTotals, messages } = conversation;
  // What was not carried out was not judged, whatever its checks say of the little there is.
  const score = ending.fault ? undefined : scoreOf(checks);
  const ttft = messages.find(message => message.ttftMs !== undefined)?.ttftMs;
  const message =
    status === 'passed' ? undefined : secrets.redact(reasonOf(options, failed));
  const error = ending.fault && {
    ...ending.fault,
    message: secrets.redact(ending.fault.message).slice(0, MAX_ERROR),
  };
  return {
    index: cell.index,
    attempt: options.attempt,
    status,
    startedAt: isoTime(options.startedAt),
    durationMs: options.durationMs,
    error,
    message: message ? message.slice(0, MAX_MESSAGE) : undefined,
    checksTotal: checks.length,
    checksFailed: failed.length,
    score,
    turns: messages.filter(({ role }) => role === 'user').length,
    toolCalls: conversation.toolCallCount,
    inputTokens: totals.inputTokens + roleTotals.inputTokens,
    outputTokens: totals.outputTokens + roleTotals.outputTokens,
    cachedTokens: totals.cachedTokens + roleTotals.cachedTokens,
    cost: totals.cost + roleTotals.cost,
    ttftMs: ttft,
    transcript:
      maxTranscriptBytes > 0
        ? buildTranscript(
            { cell, conversation, checks: ending.checks, error },
            { maxBytes: maxTranscriptBytes, secrets },
          )
        : undefined,
  };
}

/** Mean of what the checks scored. Those that were skipped, or only tell right from wrong, have no score. */
function scoreOf(checks: readonly CheckResult[]): number | undefined {
  const scores = checks.flatMap(({ score, skipped }) =>
    score === undefined || skipped ? [] : [Math.min(1, Math.max(0, score))],
  );
  if (scores.length === 0) return undefined;
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

type StatusOptions = Parameters<typeof reportItem>[0];

function statusOf(
  { ending, quirks, conversation }: StatusOptions,
  turnChecks: readonly CheckResult[],
  failed: readonly CheckResult[],
): ItemReport['status'] {
  if (ending.fault) return 'errored';
  // In the original a failed check of a turn, or a limit, is an error of the run.
  const endedEarly =
    ending.limit !== undefined || turnChecks.some(({ passed }) => !passed);
  if (endedEarly) return quirks.failedTurnCheckIsError ? 'errored' : 'failed';
  if (failed.length > 0) return 'failed';
  // A guardrail that fires is expected only where a check says so.
  const hasFirings = conversation.messages.some(
    ({ firings }) => firings?.length,
  );
  return !conversation.hasChecks && hasFirings ? 'failed' : 'passed';
}

function reasonOf(
  { ending, conversation }: StatusOptions,
  failed: readonly CheckResult[],
): string {
  const reasons = [
    ...(ending.fault ? [ending.fault.message] : []),
    ...(ending.limit === undefined ? [] : [ending.limit]),
    ...failed.map(
      ({ type, message, explanation }) =>
        `${type}: ${message ? `${message} (${explanation})` : explanation}`,
    ),
  ];
  if (reasons.length === 0) {
    const firing = conversation.messages.flatMap(
      ({ firings }) => firings ?? [],
    )[0];
    return firing ? `guardrail ${firing.type}: ${firing.message}` : '';
  }
  const more = reasons.length - MAX_REASONS;
  return (
    reasons.slice(0, MAX_REASONS).join('; ') +
    (more > 0 ? `; and ${more} more` : '')
  );
}
