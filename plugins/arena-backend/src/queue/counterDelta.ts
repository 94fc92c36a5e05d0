import { ITEM_STATUSES } from '../runs/tables';
import { FinishedItem } from './finishedItem';

/** What finished items add to the counters of their run or cell. */
export interface CounterDelta {
  passed: number;
  failed: number;
  errored: number;
  /** Among the errored ones: those without a verdict. */
  unjudged: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  durationMs: number;
}

/** What finished items add to the counters that decide the verdict of the job. */
export interface VerdictDelta {
  passed: number;
  failed: number;
  errored: number;
}

/** {@link CounterDelta} of one cell of the matrix. */
export interface CellDelta extends CounterDelta {
  scenarioIndex: number;
  providerIndex: number;
}

export function emptyDelta(): CounterDelta {
  return {
    passed: 0,
    failed: 0,
    errored: 0,
    unjudged: 0,
    inputTokens: 0,
    outputTokens: 0,
    cost: 0,
    durationMs: 0,
  };
}

function add(delta: CounterDelta, item: FinishedItem): void {
  delta[ITEM_STATUSES[item.status]] += 1;
  if (!item.isJudged) delta.unjudged += 1;
  delta.inputTokens += Number(item.input_tokens);
  delta.outputTokens += Number(item.output_tokens);
  delta.cost += item.cost;
  delta.durationMs += item.duration_ms;
}

function addVerdict(delta: VerdictDelta, item: FinishedItem): void {
  if (!item.decides) return;
  const status = ITEM_STATUSES[item.status];
  // What ended early by a failed check has a verdict, whatever it is called.
  delta[status === 'errored' && item.isJudged ? 'failed' : status] += 1;
}

/** Sums up finished items, in all and by cell, so that a report writes each counter once. */
export function sumDeltas(items: readonly FinishedItem[]): {
  total: CounterDelta;
  verdict: VerdictDelta;
  cells: CellDelta[];
} {
  const total = emptyDelta();
  const verdict = { passed: 0, failed: 0, errored: 0 };
  const cells = new Map<string, CellDelta>();
  for (const item of items) {
    add(total, item);
    addVerdict(verdict, item);
    const key = `${item.scenario_ix}/${item.provider_ix}`;
    let cell = cells.get(key);
    if (!cell) {
      cell = {
        ...emptyDelta(),
        scenarioIndex: item.scenario_ix,
        providerIndex: item.provider_ix,
      };
      cells.set(key, cell);
    }
    add(cell, item);
  }
  return { total, verdict, cells: [...cells.values()] };
}
