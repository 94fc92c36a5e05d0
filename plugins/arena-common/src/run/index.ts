/**
 * What executing a run needs of this package, and no schemas: building those takes longer than a small run.
 *
 * @packageDocumentation
 */
export type {
  PlanCell,
  PlanProvider,
  PlanScenario,
  RunPlan,
} from '../plan/RunPlan';
export type {
  ScenarioFilter,
  ScenarioToSelect,
} from '../resources/semantics/scenarioGlobs';
export type { ItemStatus } from '../runs/types';
export type * from '../statistics/types';
export type { GeneratedRow, generatedRowSchema } from '../datagen/GeneratedRow';
export { attemptCell, attemptSeed } from '../datagen/attempts';
export { rowText } from '../datagen/canonicalRow';
export {
  MAX_EMBEDDED_LENGTH,
  rowEmbedding,
  type RowEmbedding,
} from '../datagen/RowEmbedding';
export { MAX_REJECT_TEXT, MAX_ROW_LENGTH } from '../datagen/rowLimits';
export { cellAt, itemKey, withOffsets } from '../plan/cells';
export { RUN_PLAN_VERSION } from '../plan/RunPlan';
export { selectScenarios } from '../resources/semantics/scenarioGlobs';
export {
  CellAccumulator,
  type CellSample,
} from '../statistics/CellAccumulator';
export { secretForms } from '../worker/secretForms';
export { secretTexts } from '../worker/secretTexts';
