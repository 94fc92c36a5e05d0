import { compilePattern } from '../text/regex';
import { nearMiss } from '../text/suggest';
import { asMap } from './CheckParams';
import { WRAPPERS } from './wrappers';
import { CheckProblem, paramProblems } from './paramProblems';
import { checkNames, findCheck } from './registry';

export type { CheckProblem } from './paramProblems';

/** A check as bundles write it. */
export interface CheckSpec {
  type: string;
  params?: Readonly<Record<string, unknown>> | null;
  when?: { tool_called_pattern?: string } | null;
}

const THRESHOLDS = ['min_score', 'max_score'] as const;

/**
 * Everything that is wrong with a check before it runs: an unknown type, unknown or wrong parameters, patterns that are none,
 * thresholds that nothing can meet. What a wrapper holds is looked at as well.
 */
export function validateCheck(spec: CheckSpec): CheckProblem[] {
  return [...problemsOf(spec, 0), ...whenProblems(spec.when)];
}

const MAX_DEPTH = 10;

function problemsOf(spec: CheckSpec, depth: number): CheckProblem[] {
  const { min_score: min, max_score: max, ...params } = spec.params ?? {};
  const thresholds = thresholdProblems({ min_score: min, max_score: max });
  if (WRAPPERS.has(spec.type)) {
    return [...thresholds, ...wrapperProblems(spec.type, params, depth)];
  }
  const definition = findCheck(spec.type);
  if (!definition) return [unknownType(spec.type, ['type'])];
  return [
    ...thresholds,
    ...paramProblems(definition, params).map(problem => ({
      ...problem,
      path: ['params', ...problem.path],
    })),
  ];
}

function wrapperProblems(
  wrapper: string,
  params: Readonly<Record<string, unknown>>,
  depth: number,
): CheckProblem[] {
  const { eval_type: type, eval_params: inner, ...others } = params;
  const problems: CheckProblem[] = Object.keys(others).map(name => {
    const suggestion = nearMiss(name, [
      'eval_type',
      'eval_params',
      ...THRESHOLDS,
    ]);
    return {
      path: ['params', name],
      message: `Unknown parameter "${name}" (known are eval_type, eval_params, ${THRESHOLDS.join(
        ', ',
      )})`,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  });
  if (typeof type !== 'string' || type === '') {
    return [
      ...problems,
      {
        path: ['params', 'eval_type'],
        message: `"${wrapper}" needs the name of a check`,
      },
    ];
  }
  const innerParams = asMap(inner ?? {});
  if (!innerParams) {
    return [
      ...problems,
      { path: ['params', 'eval_params'], message: 'Expected a map' },
    ];
  }
  if (depth >= MAX_DEPTH) {
    return [
      ...problems,
      {
        path: ['params', 'eval_type'],
        message: `More than ${MAX_DEPTH} checks are wrapped into each other`,
      },
    ];
  }
  const misplaced = THRESHOLDS.filter(name => Object.hasOwn(innerParams, name));
  return [
    ...problems,
    ...misplaced.map(name => ({
      path: ['params', 'eval_params', name],
      message: `"${name}" has no effect in eval_params; it stands beside eval_type`,
    })),
    ...problemsOf(
      { type, params: withoutThresholds(innerParams) },
      depth + 1,
    ).map(({ path: [head, ...rest], ...problem }) => ({
      ...problem,
      path:
        head === 'type'
          ? ['params', 'eval_type']
          : ['params', 'eval_params', ...rest],
    })),
  ];
}

function withoutThresholds(params: Record<string, unknown>) {
  const { min_score: _min, max_score: _max, ...rest } = params;
  return rest;
}

function unknownType(type: string, path: Array<string | number>): CheckProblem {
  const suggestion = nearMiss(type, [...checkNames(), ...WRAPPERS]);
  return {
    path,
    message: `Unknown check type "${type}"`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function thresholdProblems(
  bounds: Record<(typeof THRESHOLDS)[number], unknown>,
): CheckProblem[] {
  const problems: CheckProblem[] = [];
  for (const name of THRESHOLDS) {
    const value = bounds[name];
    if (value === undefined) continue;
    const path = ['params', name];
    if (typeof value !== 'number') {
      problems.push({
        path,
        message: `Expected a number, got ${JSON.stringify(value)}`,
      });
    } else if (value < 0 || value > 1) {
      problems.push({
        path,
        message: `Scores are between 0 and 1, got ${value}`,
      });
    }
  }
  const { min_score: min, max_score: max } = bounds;
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    problems.push({
      path: ['params', 'min_score'],
      message: `min_score ${min} is above max_score ${max}: no score can pass`,
    });
  }
  return problems;
}

function whenProblems(when: CheckSpec['when']): CheckProblem[] {
  if (!when?.tool_called_pattern) return [];
  const pattern = compilePattern(when.tool_called_pattern);
  return typeof pattern === 'string'
    ? [{ path: ['when', 'tool_called_pattern'], message: pattern }]
    : [];
}
