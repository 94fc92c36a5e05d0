/**
 * The backend of Arena: REST API, reconciler, work queue and local workers.
 *
 * @packageDocumentation
 */
export { arenaPlugin as default } from './plugin';
