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
export {
  ArenaProviderPickerFieldExtension,
  ArenaScenarioPickerFieldExtension,
  ArenaSourcePickerFieldExtension,
} from './scaffolder';
export type {
  PickedProvider,
  PickerOptions,
} from '../components/scaffolder/pickerOptions';
export { arenaApiRef } from '../api';
export { arenaTranslationRef } from '../translation';
