/**
 * Real servers for tests and demos.
 *
 * @packageDocumentation
 */
export * from './mockLlm/startMockLlm';
export * from './postgres/startPostgres';
