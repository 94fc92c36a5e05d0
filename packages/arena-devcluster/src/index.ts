/**
 * Real servers for tests and demos.
 *
 * @packageDocumentation
 */
export * from './postgres/startPostgres';
