export * from './types';
export * from './comparison';
export { CellAccumulator, type CellSample } from './CellAccumulator';
export { isJudged } from './isJudged';
export { verdictStatistics } from './verdictStatistics';
export { wilsonInterval } from './wilsonInterval';
