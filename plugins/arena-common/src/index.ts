/**
 * Schemas, types, permissions and the REST client of Arena.
 *
 * @packageDocumentation
 */
export * from './catalog';
export * from './client';
export * from './comments';
export type {
  DatasetProfile,
  datasetProfileSchema,
  DatasetQuota,
  datasetQuotaSchema,
} from './datagen/DatasetProfile';
export type * from './datagen/DatasetState';
export type {
  DATASET_ENDS,
  DatasetEnd,
  DatasetTally,
  YieldPoint,
} from './datagen/DatasetTally';
export type { GeneratedRow, generatedRowSchema } from './datagen/GeneratedRow';
export type { REJECT_REASONS, RejectReason } from './datagen/RejectReason';
export type {
  LoadControl,
  loadControlSchema,
  StepVerdict,
  stepVerdictSchema,
} from './load/LoadControl';
export type * from './load/LoadHistogram';
export type {
  LoadProfile,
  loadProfileSchema,
  LoadSearch,
  loadSearchSchema,
  loadStageSchema,
  LoadThreshold,
  loadThresholdSchema,
  ServiceLevels,
  serviceLevelsSchema,
} from './load/LoadProfile';
export type * from './load/LoadRecord';
export type * from './load/LoadReport';
export type { LoadSeriesRow, loadSeriesRowSchema } from './load/LoadSeriesRow';
export type * from './load/LoadState';
export type { MeasuredStage } from './load/MeasuredStage';
export * from './permissions';
export * from './plan';
export * from './resources';
export * from './runs';
export type * from './schedule/JobSchedule';
export * from './sources';
export * from './statistics';
export * from './text';
export * from './worker';
