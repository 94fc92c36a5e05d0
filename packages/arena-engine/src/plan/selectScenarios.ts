import { selectScenarios as selectByPattern } from '@backstage-arena/plugin-arena-common/run';
import { ScenarioEntry } from '../bundle/BundleContent';
import { PlanError, PlanOptions } from '../Engine';
import { nearMiss } from '../text/suggest';

/** Picks the scenarios of a run: exact ids first, then globs; exclude after include. */
export function selectScenarios(
  scenarios: readonly ScenarioEntry[],
  options: Pick<PlanOptions, 'scenarioIds' | 'include' | 'exclude'>,
): ScenarioEntry[] {
  let selected = [...scenarios];
  if (options.scenarioIds?.length) {
    const byId = new Map(scenarios.map(scenario => [scenario.id, scenario]));
    selected = [...new Set(options.scenarioIds)].map(id => {
      const scenario = byId.get(id);
      if (!scenario) throw unknownScenario(id, [...byId.keys()]);
      return scenario;
    });
  }
  selected = selectByPattern(
    selected.map(scenario => ({
      id: scenario.id,
      path: scenario.file,
      scenario,
    })),
    options,
  ).map(({ scenario }) => scenario);
  if (selected.length === 0) {
    throw new PlanError(
      'NoScenarios',
      scenarios.length === 0
        ? 'The bundle has no scenarios'
        : `No scenario is selected by ${JSON.stringify({
            include: options.include,
            exclude: options.exclude,
          })}: the bundle has ${scenarios.map(({ id }) => id).join(', ')}`,
    );
  }
  return selected;
}

function unknownScenario(id: string, known: string[]): PlanError {
  const guess = nearMiss(id, known);
  const hint = guess ? ` Did you mean "${guess}"?` : '';
  return new PlanError(
    'UnknownScenario',
    `Scenario "${id}" does not exist.${hint} The bundle has ${known.join(
      ', ',
    )}`,
  );
}
