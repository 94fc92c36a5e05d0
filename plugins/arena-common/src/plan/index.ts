export * from './RunPlan';
export { cellAt, itemKey, withOffsets } from './cells';
export { toBundleProviderSpec } from './toBundleProviderSpec';
export { agentFacade, toAgentProviderSpec } from './agentFacade';
export type { AgentFacade } from './agentFacade';
