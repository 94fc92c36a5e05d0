/**
 * The backend of Arena: REST API, reconciler, work queue and local workers.
 *
 * @packageDocumentation
 */
export * from './permissions';
export { arenaPlugin as default } from './plugin';
