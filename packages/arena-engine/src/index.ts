/**
 * Loads and runs bundles of scenarios: planning, conversations, checks, providers and reports.
 *
 * @packageDocumentation
 */
export * from './Engine';
export { loadBundle } from './bundle/loadBundle';
export { lintBundle, type LintOptions } from './bundle/lintBundle';
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
