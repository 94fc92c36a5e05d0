/**
 * Schemas, types, permissions and the REST client of Arena.
 *
 * @packageDocumentation
 */
export * from './catalog';
export * from './client';
export * from './permissions';
export * from './plan';
export * from './resources';
export * from './runs';
export * from './statistics';
export * from './worker';
