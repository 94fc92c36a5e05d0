/**
 * Arena for apps on `@backstage/core-plugin-api`.
 *
 * @packageDocumentation
 */

export {
  arenaPlugin,
  ArenaPage,
  EntityArenaCard,
  EntityArenaContent,
  EntityArenaJobCard,
  EntityArenaPodsContent,
} from './plugin';
export { arenaApiRef } from '../api';
export { arenaTranslationRef } from '../translation';
