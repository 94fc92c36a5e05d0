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
  EntityArenaFlakyCellsCard,
  EntityArenaJobCard,
  EntityArenaLoadTestCard,
  EntityArenaNextRunCard,
  EntityArenaPodsContent,
  EntityArenaResultsContent,
  EntityArenaRunsContent,
  EntityArenaScheduleContent,
  EntityArenaYamlContent,
  HomePageMyArena,
} from './plugin';
export { arenaApiRef } from '../api';
export { arenaTranslationRef } from '../translation';
