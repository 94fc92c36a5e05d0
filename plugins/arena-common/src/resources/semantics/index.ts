export { judgeThreshold, type MeasuredMetric } from './judgeThreshold';
export { parseDuration } from './parseDuration';
export type { EffectiveLoadTest, LoadStage } from './effectiveLoadTest';
export { effectiveLoadTest } from './effectiveLoadTest';
export type { ScenarioFilter, ScenarioToSelect } from './scenarioGlobs';
export {
  matchesScenario,
  scenarioPatternProblem,
  selectScenarios,
} from './scenarioGlobs';
