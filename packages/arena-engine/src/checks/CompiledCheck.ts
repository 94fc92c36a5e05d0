import { CheckResult } from '@backstage-arena/plugin-arena-common';
import { AssertionSpec } from '../bundle/schemas/common';
import { nearMiss } from '../text/suggest';
import { compilePattern, Pattern, TextTooLong } from '../text/regex';
import { Quirks } from '../quirks/quirks';
import {
  CheckInput,
  CheckOutcome,
  constant,
  PrepareOptions,
  RunCheck,
} from './Check';
import { asMap, CheckParams } from './CheckParams';
import { WRAPPERS } from './wrappers';
import { describeProblem } from './paramProblems';
import { checkNames, findCheck } from './registry';
import { validateCheck } from './validateCheck';

/** Bounds on a score. Without any, only a full score passes. */
export interface Threshold {
  min?: number;
  max?: number;
}

/** A check that is ready to run: parameters read, patterns compiled. */
export interface CompiledCheck {
  readonly type: string;
  readonly spec: AssertionSpec;
  readonly run: RunCheck;
  readonly threshold: Threshold;
  /** It asks somebody outside of this process. */
  readonly asks: boolean;
  /** Why a strict run refuses the check, whatever the conversation and its `when`. */
  readonly fault?: string;
  readonly quirks: Quirks;
}

/** Prepares a check, whatever its parameters: faults become the outcome of each run. */
export function compileCheck(
  spec: AssertionSpec,
  options: PrepareOptions,
): CompiledCheck {
  const { min_score: min, max_score: max, ...rest } = spec.params ?? {};
  const base = {
    type: spec.type,
    spec,
    threshold: readThreshold(min, max),
    asks: asksSomebody(spec.type, rest),
    quirks: options.quirks,
  };
  const fault = strictFault(spec, options);
  if (fault !== undefined) return { ...base, fault, run: invalid(fault) };
  return {
    ...base,
    run: WRAPPERS.has(spec.type)
      ? runWrapped(rest, options)
      : prepare(spec.type, rest, options),
  };
}

/** What strict runs refuse a check for, whatever the conversation. */
function strictFault(
  spec: AssertionSpec,
  { quirks }: PrepareOptions,
): string | undefined {
  if (quirks.wrongParametersIgnored) return undefined;
  const problems = validateCheck(spec);
  return problems.length === 0
    ? undefined
    : `${spec.type} cannot be judged: ${problems
        .map(describeProblem)
        .join('; ')}`;
}

/** True when the score is within the bounds. A check that was skipped or has no score passes. */
export function meetsThreshold(
  outcome: CheckOutcome,
  { min, max }: Threshold,
): boolean {
  if (outcome.invalid) return false;
  const { score } = outcome;
  if (outcome.skipped || score === undefined) return true;
  if (min === undefined && max === undefined) return score >= 1;
  return score >= (min ?? -Infinity) && score <= (max ?? Infinity);
}

/** Runs a check, unless it would ask somebody who may not be asked. A text that is too long for its pattern makes it invalid. */
export async function assess(
  check: CompiledCheck,
  input: CheckInput,
): Promise<CheckOutcome> {
  if (input.unasked !== undefined && check.asks) {
    return { skipped: true, explanation: input.unasked };
  }
  try {
    return await check.run(input);
  } catch (error) {
    if (!(error instanceof TextTooLong)) throw error;
    return { invalid: true, explanation: error.message };
  }
}

/** Whether a check passes with this outcome. */
export function isContent(
  { quirks, threshold }: CompiledCheck,
  outcome: CheckOutcome,
): boolean {
  const judged = outcome.score !== undefined || outcome.skipped;
  return (
    (judged || quirks.unjudgedPasses) && meetsThreshold(outcome, threshold)
  );
}

/** Runs a check and states its verdict. */
export async function judge(
  check: CompiledCheck,
  level: CheckResult['level'],
  input: CheckInput,
): Promise<CheckResult> {
  const outcome = await assess(check, input);
  const { params, message } = check.spec;
  return {
    type: check.type,
    level,
    passed: isContent(check, outcome),
    ...(outcome.skipped ? { skipped: true } : {}),
    ...(outcome.score === undefined ? {} : { score: outcome.score }),
    explanation: outcome.explanation,
    ...(message === undefined ? {} : { message }),
    ...(params ? { params } : {}),
  };
}

function runWrapped(
  rest: Record<string, unknown>,
  options: PrepareOptions,
): RunCheck {
  const { eval_type: type, eval_params: params } = rest;
  if (typeof type !== 'string' || type === '') {
    return invalid('eval_type is not given');
  }
  // Thresholds stand next to eval_type; further in they are only parameters of the wrapped check.
  const inner = asMap(params) ?? {};
  return WRAPPERS.has(type)
    ? compileCheck({ type, params: inner }, options).run
    : prepare(type, inner, options);
}

function asksSomebody(type: string, params: Record<string, unknown>): boolean {
  if (!WRAPPERS.has(type)) return findCheck(type)?.asks ?? false;
  const { eval_type: inner, eval_params: innerParams } = params;
  return (
    typeof inner === 'string' && asksSomebody(inner, asMap(innerParams) ?? {})
  );
}

function prepare(
  type: string,
  params: Record<string, unknown>,
  options: PrepareOptions,
): RunCheck {
  const definition = findCheck(type);
  if (definition) return definition.prepare(new CheckParams(params), options);
  const guess = nearMiss(type, checkNames());
  return invalid(
    `Unknown check type "${type}"${guess ? `. Did you mean "${guess}"?` : ''}`,
  );
}

function invalid(explanation: string): RunCheck {
  return constant({ invalid: true, explanation });
}

/** A bound that is not a number counts as absent. */
function readThreshold(min: unknown, max: unknown): Threshold {
  return {
    ...(typeof min === 'number' ? { min } : {}),
    ...(typeof max === 'number' ? { max } : {}),
  };
}

/** Says whether a `when` condition is met by these tool calls. */
export function compileWhen(
  when: AssertionSpec['when'],
): (calls: ReadonlyArray<{ name: string }>) => boolean {
  if (!when) return () => true;
  let pattern: Pattern | string | undefined;
  if (when.tool_called_pattern)
    pattern = compilePattern(when.tool_called_pattern);
  return calls => {
    if (
      when.tool_called &&
      !calls.some(({ name }) => name === when.tool_called)
    ) {
      return false;
    }
    if (pattern !== undefined) {
      const compiled = pattern;
      if (typeof compiled === 'string') return false;
      if (!calls.some(({ name }) => compiled.test(name))) return false;
    }
    if (when.any_tool_called && calls.length === 0) return false;
    return calls.length >= (when.min_tool_calls ?? 0);
  };
}
