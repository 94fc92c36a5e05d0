/**
 * Pages, entity tab and cards of Arena.
 *
 * @packageDocumentation
 */

export { arenaPlugin as default } from './plugin';
export { arenaApiRef } from './api';
export { arenaTranslationRef } from './translation';
