/**
 * Loads and runs bundles of scenarios: planning, conversations, checks, providers and reports.
 *
 * @packageDocumentation
 */
export * from './Engine';
export { loadBundle } from './bundle/loadBundle';
export { lintBundle, type LintOptions } from './bundle/lintBundle';
export {
  describeBundle,
  type BundleDescription,
} from './authoring/describeBundle';
export {
  describePrompt,
  type DescribePromptOptions,
  type PromptDescription,
} from './authoring/describePrompt';
export type { PromptVariable } from './authoring/describeVariables';
export {
  RegressionScenarios,
  type GeneratedScenario,
  type RegressionOptions,
} from './authoring/RegressionScenarios';
export {
  explainCheck,
  listChecks,
  type CheckExplanation,
} from './authoring/explainCheck';
export { MockFileBuilder } from './authoring/MockFileBuilder';
export { readScenarioSettings } from './authoring/readScenarioSettings';
export { readConversations } from './authoring/readConversations';
export type {
  SavedCheck,
  SavedConversation,
  SavedMessage,
} from './authoring/SavedConversation';
export { manifestJsonSchema } from './authoring/manifestJsonSchema';
export { lintManifest } from './bundle/lintManifest';
export {
  findManifestKind,
  MANIFEST_KINDS,
  type ManifestKind,
} from './bundle/manifestSchemas';
export { ENGINE_VERSION } from './version';
export {
  createReportWriter,
  type ReportWriter,
  type ReportWriterOptions,
} from './reports/ReportWriter';
export { csvCell } from '@backstage-arena/plugin-arena-common';
export { type Cell } from './reports/CsvReport';
export type { CallMeter, CallProbe } from './providers/CallMeter';
export type { CallBudget } from './providers/limits/CallBudget';
export { BudgetExhausted, BudgetLedger } from './load/BudgetLedger';
export type { LoadOutcome } from './load/LoadSample';
export {
  LoadRunner,
  MAX_LATENESS_MS,
  type LoadRunnerOptions,
} from './load/LoadRunner';
export {
  runLoadTest,
  type LoadSecond,
  type RunLoadTestOptions,
} from './load/runLoadTest';
