import { EvalObservation } from '@backstage-arena/plugin-arena-common';
import { BundleContent } from '../bundle/BundleContent';
import { EvalDef } from '../bundle/schemas/common';
import { CheckInput, CheckOutcome } from '../checks/Check';
import {
  assess,
  CompiledCheck,
  compileCheck,
  compileWhen,
  isContent,
} from '../checks/CompiledCheck';
import { within } from '../checks/within';
import { ItemStopped } from '../conversation/errors';
import { PlanOptions } from '../Engine';
import { Quirks } from '../quirks/quirks';
import { isSampled } from './isSampled';

const LIMIT_MS = 30_000;
const DEFAULT_SAMPLE_PERCENTAGE = 5;

/** Those that look at each turn, or at each step of a workflow, are for conversations in production. */
const SESSION_TRIGGERS = new Set([
  'on_session_complete',
  'on_conversation_complete',
  'sample_sessions',
]);

interface Prepared {
  def: EvalDef;
  check: CompiledCheck;
  isDue: ReturnType<typeof compileWhen>;
  /** Whether the check is meant to be content. */
  expected: boolean;
}

/** Checks that look at a conversation once, at its end, and decide nothing. */
export class PackEvals {
  private readonly ofBundle: readonly Prepared[];
  private readonly ofPrompts = new Map<string, readonly Prepared[]>();

  constructor(
    content: Pick<BundleContent, 'arena' | 'prompts'>,
    options: { quirks: Quirks } & Pick<
      PlanOptions,
      'skipPackEvals' | 'evalTypes'
    >,
  ) {
    const prepared = (defs: readonly EvalDef[] | null | undefined) =>
      selectPackEvals(defs ?? [], options)
        .filter(
          ({ trigger }) =>
            trigger === undefined || SESSION_TRIGGERS.has(trigger),
        )
        .map(def => prepare(def, options));
    this.ofBundle = prepared(content.arena.pack_evals);
    for (const [taskType, { spec }] of content.prompts) {
      this.ofPrompts.set(taskType, prepared(spec.evals));
    }
  }

  /** Whether nothing is ever observed. */
  get isEmpty(): boolean {
    return (
      this.ofBundle.length === 0 &&
      [...this.ofPrompts.values()].every(({ length }) => length === 0)
    );
  }

  /**
   * @param taskType - of the prompt that spoke last
   * @param session - what sampling depends on: equal texts are sampled alike
   */
  async run(
    taskType: string,
    input: Omit<CheckInput, 'prior'>,
    session: string,
  ): Promise<EvalObservation[]> {
    const observations: EvalObservation[] = [];
    for (const entry of [
      ...this.ofBundle,
      ...(this.ofPrompts.get(taskType) ?? []),
    ]) {
      const { def } = entry;
      if (
        def.trigger === 'sample_sessions' &&
        !isSampled(
          `${def.id}/${session}`,
          def.sample_percentage ?? DEFAULT_SAMPLE_PERCENTAGE,
        )
      ) {
        continue;
      }
      observations.push(await observe(entry, input));
    }
    return observations;
  }
}

/** Those of a list that a run has. */
export function selectPackEvals(
  defs: readonly EvalDef[],
  options: Pick<PlanOptions, 'skipPackEvals' | 'evalTypes'>,
): EvalDef[] {
  if (options.skipPackEvals) return [];
  return defs.filter(
    ({ type, enabled }) =>
      enabled !== false &&
      (!options.evalTypes || options.evalTypes.includes(type)),
  );
}

function prepare(def: EvalDef, options: { quirks: Quirks }): Prepared {
  const { passed, min_score: min, max_score: max } = def.threshold ?? {};
  const params = {
    ...def.params,
    ...(min === undefined ? {} : { min_score: min }),
    ...(max === undefined ? {} : { max_score: max }),
  };
  return {
    def,
    check: compileCheck(
      { type: def.type, params, message: def.message, when: def.when },
      options,
    ),
    isDue: compileWhen(def.when),
    expected: passed !== false,
  };
}

async function observe(
  { def, check, isDue, expected }: Prepared,
  input: Omit<CheckInput, 'prior'>,
): Promise<EvalObservation> {
  const metric = def.metric?.name;
  const head = {
    id: def.id,
    type: def.type,
    ...(def.message === undefined ? {} : { message: def.message }),
    ...(typeof metric === 'string' ? { metric } : {}),
  };
  if (check.fault === undefined && !isDue(input.toolCalls)) {
    return {
      ...head,
      passed: true,
      skipped: true,
      explanation: 'The condition in "when" was not met',
    };
  }
  const over = new AbortController();
  const signal = AbortSignal.any([input.signal, over.signal]);
  try {
    const outcome = await within(
      assess(check, { ...input, signal, prior: new Map() }),
      LIMIT_MS,
      input.signal,
    );
    if (outcome === 'timeout') {
      return {
        ...head,
        passed: false,
        explanation: `It took longer than ${LIMIT_MS} ms`,
      };
    }
    const { skipped, score, explanation } = outcome;
    return {
      ...head,
      passed: expected
        ? isContent(check, outcome)
        : (wasJudged(outcome) || check.quirks.unjudgedEvalsInverted) &&
          !isContent(check, outcome),
      ...(skipped ? { skipped } : {}),
      ...(score === undefined ? {} : { score }),
      explanation,
    };
  } catch (error) {
    if (error instanceof ItemStopped) throw error;
    input.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { ...head, passed: false, explanation: `It failed: ${reason}` };
  } finally {
    // What takes too long is given up.
    over.abort();
  }
}

/** Whether the outcome says anything that could be turned around. */
function wasJudged({ invalid, skipped, score }: CheckOutcome): boolean {
  return !invalid && !skipped && score !== undefined;
}
