/**
 * Load tests: the arrival schedule, what workers record of it, and the report with its audit. Pure; runs in browser and Node.
 *
 * @packageDocumentation
 */
export type { PlanProvider, PlanScenario, RunPlan } from '../plan/RunPlan';
export type { ArenaJobSpec, arenaJobSpecSchema } from '../resources/arenajob';
export type { LoadStage } from '../resources/semantics/effectiveLoadTest';
export { ArrivalMix, type MixEntry } from './ArrivalMix';
export {
  ArrivalSchedule,
  type ArrivalScheduleOptions,
} from './ArrivalSchedule';
export { AUDIT_LIMITS, auditLoad, type SearchedStages } from './auditLoad';
export {
  buildLoadReport,
  LOAD_FORMULAS,
  type BuildLoadReportOptions,
} from './buildLoadReport';
export {
  evaluateLoadThresholds,
  type ThresholdInput,
} from './evaluateThresholds';
export {
  LATE_LOOP_MS,
  LoadAccumulator,
  LoadTotals,
  type WorkerTotals,
} from './LoadAccumulator';
export {
  loadControlSchema,
  MAX_PAUSE_MS,
  stepVerdictSchema,
  withControls,
  type LoadControl,
  type StepVerdict,
} from './LoadControl';
export {
  LoadHistogram,
  timeSummarySchema,
  type TimeSummary,
} from './LoadHistogram';
export { LoadCourse, type LoadMoment, type LoadStep } from './LoadCourse';
export * from './LoadProfile';
export * from './LoadProtocol';
export * from './LoadRecord';
export * from './LoadReport';
export {
  LOAD_SERIES_COLUMNS,
  loadSeriesCsv,
  loadSeriesRow,
  loadSeriesRowSchema,
  type LoadSecondTotals,
  type LoadSeriesRow,
} from './LoadSeriesRow';
export * from './LoadState';
export {
  arrivalsOf,
  loadSliceSchema,
  sliceSize,
  type Arrival,
  type LoadSlice,
} from './LoadSlice';
export {
  measuredStages,
  stageFinder,
  type MeasuredStage,
} from './MeasuredStage';
export * from './metrics';
export { goldenFraction } from './goldenFraction';
export {
  restoreLoad,
  type SavedLoad,
  type SavedTotals,
  saveLoad,
} from './savedLoad';
export { SaturationSearch } from './SaturationSearch';
export { SearchSteps } from './SearchSteps';
