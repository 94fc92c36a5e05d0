export * from './ClassCounts';
export * from './ResultMatrix';
export type { MatrixOrder } from './matrixModel';
