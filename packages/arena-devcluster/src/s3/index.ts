/**
 * Clients of S3 for tests. An entry point of its own, because the library takes long to load and most tests want none.
 *
 * @packageDocumentation
 */
export * from './createBucket';
