/**
 * What executing a run needs of this package, and no schemas: building those takes longer than a small run.
 *
 * @packageDocumentation
 */
export { cellAt, itemKey, withOffsets } from '../plan/cells';
export { RUN_PLAN_VERSION } from '../plan/RunPlan';
export { selectScenarios } from '../resources/semantics/scenarioGlobs';
export { CellAccumulator } from '../statistics/CellAccumulator';
export { secretTexts } from '../worker/secretTexts';
