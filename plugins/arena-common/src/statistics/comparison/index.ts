export * from './types';
export { compareRuns, compareRunsInSteps } from './compareRuns';
