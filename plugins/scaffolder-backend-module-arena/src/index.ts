/**
 * Scaffolder actions of Arena.
 *
 * @packageDocumentation
 */
export { scaffolderModuleArena as default } from './module';
