/**
 * Loads and runs bundles of scenarios: planning, conversations, checks, providers and reports.
 *
 * @packageDocumentation
 */
export * from './Engine';
export { loadBundle } from './bundle/loadBundle';
export { lintBundle, type LintOptions } from './bundle/lintBundle';
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
