/**
 * ArenaJob and ArenaSource entities in the Backstage catalog.
 *
 * @packageDocumentation
 */
export { catalogModuleArena as default } from './module';
