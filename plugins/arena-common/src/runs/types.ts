import { PlanProvider, PlanScenario } from '../plan';
import { CellStatistics } from '../statistics';
import { ItemError, RunBudget, RunPins } from '../worker';

/** State of a run. `Finalizing`: every item is in, reports are being written. @public */
export type RunState = 'Running' | 'Finalizing' | 'Closed';

/** Why a run was closed. @public */
export type RunOutcome = 'Completed' | 'Cancelled' | 'Failed';

/** @public */
export type ItemStatus = 'passed' | 'failed' | 'errored';

/**
 * Counters of a run or of one of its cells. `passed + failed + errored + pending = total`.
 *
 * @public
 */
export interface RunCounters {
  total: number;
  passed: number;
  /** Finished with a failed check. */
  failed: number;
  /** Gave up after infrastructure errors; in compatible runs also: ended early by a failed check of a turn or by a limit. */
  errored: number;
  pending: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  /** Sum over finished items, in milliseconds. */
  durationMs: number;
}

/**
 * Counters of the items that decide the verdict of a job. In compatible runs these are the first trial of the first variant of
 * each scenario, provider and region, as in the original.
 *
 * @public
 */
export interface VerdictCounters {
  total: number;
  passed: number;
  failed: number;
  /** Without a verdict, after infrastructure errors. */
  errored: number;
  pending: number;
}

/** A budget and what became of it, in the currency of the providers' prices. @public */
export interface RunBudgetState extends RunBudget {
  /** What workers were given of it. Final spend is not more, whatever becomes of them: what a lost worker had counts as spent. */
  granted: number;
  /** A call did not fit into what was left: what was not begun by then stays undone. */
  exhausted: boolean;
}

/** A run as the REST API shows it. Times are ISO 8601 in UTC. @public */
export interface Run {
  id: string;
  cluster: string;
  namespace: string;
  jobName: string;
  jobUid: string;
  /** Counts from 1 within a job. */
  attempt: number;
  state: RunState;
  outcome?: RunOutcome;
  /** User entity reference of who created the job. */
  creator?: string;
  /** Entity reference of the owner, from the job's annotations. */
  owner?: string;
  labels: Record<string, string>;
  /** Of the providers only what they are: id, group, binding, type and model. */
  pins: RunPins;
  counters: RunCounters;
  /** What the verdict of the job is made of, where that is not all items. */
  verdict?: VerdictCounters;
  /** Of an evaluation or data generation within a budget; `counters.cost` is what its results have cost so far. */
  budget?: RunBudgetState;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  reports: RunReport[];
  /** Why the reports could not be written, when they could not. */
  finalizeError?: string;
  workers: RunWorker[];
}

/** @public */
export interface RunReport {
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
  /** `sha256:<hex>`. */
  digest: string;
}

/** @public */
export interface RunWorker {
  id: string;
  state: 'starting' | 'running' | 'gone';
  host?: string;
  pid?: number;
  /** How often the process was started again. */
  restarts: number;
  /** Why it last stopped. */
  lastReason?: string;
  lastHeartbeatAt?: string;
}

/** Results of one scenario on one provider, over regions, variants and trials. @public */
export interface MatrixCell extends RunCounters {
  scenarioIndex: number;
  providerIndex: number;
  /** Finished items without a verdict: they gave up after infrastructure errors. Among `errored`. */
  unjudged: number;
}

/** @public */
export interface RunMatrix {
  scenarios: PlanScenario[];
  providers: PlanProvider[];
  cells: MatrixCell[];
}

/** Which cells to give statistics of. @public */
export interface RunStatisticsQuery {
  /** Ids. Absent: all. */
  scenario?: string[];
  provider?: string[];
  /** At most 100, default 50. */
  limit?: number;
  cursor?: string;
}

/** Statistics of one cell of the matrix. @public */
export interface RunCellStatistics extends CellStatistics {
  scenario: string;
  provider: string;
}

/** @public */
export interface RunStatisticsPage {
  /** In the order of the plan. Cells without a finished item are left out. */
  items: RunCellStatistics[];
  nextCursor?: string;
}

/** One row of the items table. @public */
export interface RunItem {
  index: number;
  key: string;
  scenario: string;
  provider: string;
  region: string;
  variant: number;
  trial: number;
  status: ItemStatus;
  attempt: number;
  startedAt: string;
  finishedAt: string;
  durationMs: number;
  checksTotal: number;
  checksFailed: number;
  /** Mean of the scores of its checks, from 0 to 1; absent when no check has one, or beside `error`. */
  score?: number;
  turns: number;
  toolCalls: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  ttftMs?: number;
  message?: string;
  error?: ItemError;
  hasTranscript: boolean;
}

/** @public */
export type RunItemOrder =
  | 'index'
  | 'durationMs'
  | 'cost'
  | 'outputTokens'
  | 'finishedAt';

/** @public */
export interface RunItemsQuery {
  status?: ItemStatus[];
  scenario?: string[];
  provider?: string[];
  /** Items whose cell has one of these labels. Evaluations only. */
  label?: string[];
  /** Items whose cell has none of these labels. Evaluations only. */
  withoutLabel?: string[];
  orderBy?: RunItemOrder;
  order?: 'asc' | 'desc';
  /** At most 500, default 50. */
  limit?: number;
  cursor?: string;
}

/** @public */
export interface RunItemsPage {
  items: RunItem[];
  nextCursor?: string;
}

/** One check of a transcript with its verdict. @public */
export interface CheckResult {
  type: string;
  level: 'turn' | 'conversation';
  passed: boolean;
  /** True when a `when` condition was not met and the check did not run. */
  skipped?: boolean;
  score?: number;
  /** What was found, in one sentence. */
  explanation: string;
  /** The message that the bundle's author gave to the check. */
  message?: string;
  params?: Record<string, unknown>;
}

/** What a check that does not decide about the item has found. @public */
export interface EvalObservation {
  id: string;
  type: string;
  /** Whether it is content; says nothing about the item. */
  passed: boolean;
  /** True when its condition was not met and it did not run. */
  skipped?: boolean;
  score?: number;
  /** What was found, in one sentence. */
  explanation: string;
  /** The message that the bundle's author gave to it. */
  message?: string;
  /** Name of the metric that the score is a value of. */
  metric?: string;
}

/** @public */
export interface TranscriptToolCall {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
}

/** Media of a message, without its content. @public */
export interface TranscriptMedia {
  type: 'image' | 'audio' | 'video' | 'document';
  /** For example `image/png`; empty when nothing says it. */
  mimeType: string;
  /** Size of the content, where the message itself holds it. */
  bytes?: number;
  /** Where it is, where the message only refers to it. */
  url?: string;
}

/** @public */
export interface TranscriptMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  toolCalls?: TranscriptToolCall[];
  /** For role `tool`: which call it answers. */
  toolResult?: { id: string; name: string; error?: string };
  /** Zero-based index of the user turn that the message belongs to. */
  turn?: number;
  media?: TranscriptMedia[];
  /** What a model says it thought before it answered. */
  reasoning?: string;
  /** State of the workflow that answered. */
  state?: string;
  /** For a user message that a model made up: whom it played, and which provider it is. */
  selfPlay?: { persona: string; provider: string };
  latencyMs?: number;
  ttftMs?: number;
  inputTokens?: number;
  outputTokens?: number;
  cost?: number;
  finishReason?: string;
  /** Guardrails that fired on this message. */
  validations?: Array<{
    type: string;
    passed: boolean;
    direction?: string;
    message?: string;
  }>;
  /** Verdicts of the checks of this turn, on the message that ended it. */
  checks?: CheckResult[];
}

/** The whole conversation of one item. @public */
export interface Transcript {
  version: 1;
  scenario: string;
  provider: string;
  region: string;
  variant: number;
  trial: number;
  messages: TranscriptMessage[];
  /** Conversation-level checks. */
  checks: CheckResult[];
  /** Checks that do not decide about the item. */
  evals?: EvalObservation[];
  error?: ItemError;
  /** True when the text was cut to the per-item limit. */
  truncated?: boolean;
}
