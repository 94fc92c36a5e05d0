import { CheckResult } from '@backstage-arena/plugin-arena-common';
import { AssertionSpec } from '../bundle/schemas/common';
import { nearMiss } from '../text/suggest';
import { compilePattern, Pattern } from '../text/regex';
import {
  CheckInput,
  CheckOutcome,
  constant,
  PrepareOptions,
  RunCheck,
} from './Check';
import { asMap, CheckParams } from './CheckParams';
import { WRAPPERS } from './names';
import { checkNames, findCheck } from './registry';

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
}

/** Prepares a check, whatever its parameters: faults become the outcome of each run. */
export function compileCheck(
  spec: AssertionSpec,
  options: PrepareOptions,
): CompiledCheck {
  const { min_score: min, max_score: max, ...rest } = spec.params ?? {};
  const threshold = readThreshold(min, max);
  if (WRAPPERS.has(spec.type))
    return compileWrapper(spec, rest, threshold, options);
  const thresholdFault = options.quirks.wrongParametersIgnored
    ? undefined
    : faultOfThreshold({ min_score: min, max_score: max });
  return {
    type: spec.type,
    spec,
    threshold,
    run: thresholdFault
      ? invalid(thresholdFault)
      : prepare(spec.type, rest, options),
  };
}

/** True when the score is within the bounds. No score passes. */
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

/** Runs a check and states its verdict. */
export async function judge(
  check: CompiledCheck,
  level: CheckResult['level'],
  input: CheckInput,
): Promise<CheckResult> {
  const outcome = await check.run(input);
  const { params, message } = check.spec;
  return {
    type: check.type,
    level,
    passed: meetsThreshold(outcome, check.threshold),
    ...(outcome.skipped ? { skipped: true } : {}),
    ...(outcome.score === undefined ? {} : { score: outcome.score }),
    explanation: outcome.explanation,
    ...(message === undefined ? {} : { message }),
    ...(params ? { params } : {}),
  };
}

function compileWrapper(
  spec: AssertionSpec,
  rest: Record<string, unknown>,
  threshold: Threshold,
  options: PrepareOptions,
): CompiledCheck {
  const { eval_type: type, eval_params: params } = rest;
  if (typeof type !== 'string' || type === '') {
    return {
      type: spec.type,
      spec,
      threshold,
      run: invalid('eval_type is not given'),
    };
  }
  const inner = compileCheck({ type, params: asMap(params) ?? {} }, options);
  // Thresholds stand next to eval_type; further in they are only parameters of the wrapped check.
  return { type: spec.type, spec, threshold, run: inner.run };
}

function prepare(
  type: string,
  params: Record<string, unknown>,
  options: PrepareOptions,
): RunCheck {
  const definition = findCheck(type);
  if (!definition) {
    const guess = nearMiss(type, checkNames());
    return invalid(
      `Unknown check type "${type}"${
        guess ? `. Did you mean "${guess}"?` : ''
      }`,
    );
  }
  if (!options.quirks.wrongParametersIgnored) {
    const parsed = definition.params.safeParse(params);
    if (!parsed.success) {
      const faults = parsed.error.issues.map(issue =>
        issue.path.length > 0
          ? `${issue.path.join('.')}: ${issue.message}`
          : issue.message,
      );
      return invalid(`Wrong parameters for ${type}: ${faults.join('; ')}`);
    }
  }
  return definition.prepare(new CheckParams(params), options);
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

function faultOfThreshold(bounds: Record<string, unknown>): string | undefined {
  const wrong = Object.entries(bounds).find(
    ([, value]) => value !== undefined && typeof value !== 'number',
  );
  return wrong
    ? `${wrong[0]} must be a number, got ${JSON.stringify(wrong[1])}`
    : undefined;
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
