/**
 * Facts about the ArenaJobs of components for Tech Insights.
 *
 * @packageDocumentation
 */
export { techInsightsModuleArena as default } from './module';
