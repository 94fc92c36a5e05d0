import { JsonObject } from '@backstage/types';
import { scenarioPatternProblem } from '../../resources/semantics';
import { invalid } from '../causes';
import { isObject, own } from '../values';
import { SemanticFindings } from './SemanticFindings';

/** Checks the patterns of a scenario filter. @internal */
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
    patterns.forEach((pattern, index) => {
      const problem =
        typeof pattern === 'string' && pattern !== ''
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
