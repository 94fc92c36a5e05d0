export * from './RunPlan';
export { cellAt, itemKey, withOffsets } from './cells';
export { toBundleProviderSpec } from './toBundleProviderSpec';
