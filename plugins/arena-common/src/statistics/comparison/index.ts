export * from './types';
export { compareRuns } from './compareRuns';
