/**
 * Schemas, types, permissions and the REST client of Arena.
 *
 * @packageDocumentation
 */
export * from './catalog';
export * from './client';
export type * from './load/LoadControl';
export type * from './load/LoadHistogram';
export type * from './load/LoadProfile';
export type * from './load/LoadRecord';
export type * from './load/LoadReport';
export type * from './load/LoadSeriesRow';
export type * from './load/LoadState';
export type * from './load/MeasuredStage';
export * from './permissions';
export * from './plan';
export * from './resources';
export * from './runs';
export * from './statistics';
export * from './worker';
