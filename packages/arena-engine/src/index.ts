/**
 * Loads and runs bundles of scenarios: planning, conversations, checks, providers and reports.
 *
 * @packageDocumentation
 */
export * from './Engine';
export { loadBundle } from './bundle/loadBundle';
export { ENGINE_VERSION } from './version';
export {
  createReportWriter,
  type ReportWriter,
  type ReportWriterOptions,
} from './reports/ReportWriter';
