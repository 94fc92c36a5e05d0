import { InputError, isError } from '@backstage/errors';
import picomatch from 'picomatch';
import { MAX_PATTERN_LENGTH } from '../arenajob/scenarioLimits';

/** A scenario as the patterns of `spec.scenarios` see it. @public */
export interface ScenarioToSelect {
  id: string;
  /** Path within the bundle, with slashes; absent for inline scenarios. */
  path?: string;
}

/** @public */
export interface ScenarioFilter {
  include?: string[];
  exclude?: string[];
}

type Matcher = (scenario: ScenarioToSelect) => boolean;

// Scenario names are names: brackets that do not pair are a mistake, and regular expressions have no place in a pattern.
const OPTIONS = { strictBrackets: true, noextglob: true, nonegate: true };

/** Why a text is no pattern, or undefined when it is one. @public */
export function scenarioPatternProblem(pattern: string): string | undefined {
  if (pattern.trim() === '') {
    return 'must not be empty';
  }
  if (pattern.startsWith('!')) {
    return 'must not begin with !: put the pattern under exclude';
  }
  if (pattern.startsWith('/')) {
    return 'must be relative to the root of the bundle';
  }
  if (pattern.includes('\\')) {
    return 'must separate folders with /, not with a backslash';
  }
  if (pattern.split('/').includes('..')) {
    return 'must not contain ..';
  }
  // Compiling takes time that grows with the square of the length.
  if (pattern.length > MAX_PATTERN_LENGTH) {
    return `may not be more than ${MAX_PATTERN_LENGTH} characters long`;
  }
  try {
    picomatch.makeRe(pattern, OPTIONS);
    return undefined;
  } catch (error) {
    return `must be a glob pattern: ${
      isError(error) ? error.message.split(' - ')[0] : String(error)
    }`;
  }
}

/**
 * Whether a pattern selects a scenario. A pattern without a slash matches the base name of the file or the id of the scenario, one with a
 * slash the whole path in the bundle.
 *
 * @throws InputError when the pattern is none.
 * @public
 */
export function matchesScenario(
  pattern: string,
  scenario: ScenarioToSelect,
): boolean {
  return compile(pattern)(scenario);
}

/**
 * The scenarios that a filter selects, in their order: those that any include pattern matches (all without include), less those that
 * any exclude pattern matches.
 *
 * @throws InputError when a pattern is none.
 * @public
 */
export function selectScenarios<T extends ScenarioToSelect>(
  scenarios: readonly T[],
  filter: ScenarioFilter | undefined,
): T[] {
  const include = filter?.include?.map(compile) ?? [];
  const exclude = filter?.exclude?.map(compile) ?? [];
  return scenarios.filter(
    scenario =>
      (include.length === 0 || include.some(matches => matches(scenario))) &&
      !exclude.some(matches => matches(scenario)),
  );
}

function compile(pattern: string): Matcher {
  const problem = scenarioPatternProblem(pattern);
  if (problem) {
    throw new InputError(
      `Invalid scenario pattern ${JSON.stringify(pattern)}: ${problem}`,
    );
  }
  const matches = picomatch(pattern.replace(/^(\.\/)+/, ''), OPTIONS);
  if (pattern.replace(/^(\.\/)+/, '').includes('/')) {
    return ({ path }) => path !== undefined && matches(normalize(path));
  }
  return ({ id, path }) =>
    matches(id) || (path !== undefined && matches(baseName(path)));
}

function normalize(path: string): string {
  return path.replace(/^(\.\/)+/, '');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
