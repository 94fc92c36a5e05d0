/**
 * Extension points and ports of the Arena backend.
 *
 * @packageDocumentation
 */
export * from './extensionPoints';
export * from './launchers/WorkerLauncher';
export * from './launchers/WorkerPoolSpec';
export * from './launchers/WorkerPoolStatus';
export * from './sources/SourceFetcher';
export * from './sources/SourceFetchError';
export * from './stores/errors';
export * from './stores/EventRecorder';
export * from './stores/ResourceStore';
export * from './stores/SnapshotStore';
export * from './stores/TranscriptStore';
export * from './service/arenaServiceRef';
