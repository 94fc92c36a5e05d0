import { JsonObject } from '@backstage/types';
import {
  MAX_PATTERN_LENGTH,
  MAX_PATTERNS,
} from '../../resources/arenajob/scenarioLimits';
import { scenarioPatternProblem } from '../../resources/semantics';
import { invalid } from '../causes';
import { isObject, own } from '../values';
import { SemanticFindings } from './SemanticFindings';

/** Checks the patterns of a scenario filter: those that the schema lets pass by their number and length. @internal */
export function checkScenarioPatterns(
  spec: JsonObject,
  findings: SemanticFindings,
): void {
  const scenarios = own(spec, 'scenarios');
  for (const list of ['include', 'exclude']) {
    const patterns = isObject(scenarios) ? own(scenarios, list) : undefined;
    if (!Array.isArray(patterns)) {
      continue;
    }
    patterns.slice(0, MAX_PATTERNS).forEach((pattern, index) => {
      const problem =
        typeof pattern === 'string' && isSized(pattern)
          ? scenarioPatternProblem(pattern)
          : undefined;
      if (problem) {
        findings.causes.push(
          invalid(
            [
              { field: 'spec' },
              { field: 'scenarios' },
              { field: list },
              { index },
            ],
            pattern,
            problem,
          ),
        );
      }
    });
  }
}

function isSized(pattern: string): boolean {
  return pattern !== '' && pattern.length <= MAX_PATTERN_LENGTH;
}
