export * from './types';
export { compareRuns, compareRunsInSteps } from './compareRuns';
export {
  compareRunSet,
  compareRunSetInSteps,
  type CountedPair,
} from './compareRunSet';
