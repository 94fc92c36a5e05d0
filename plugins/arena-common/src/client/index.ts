export * from './ArenaApi';
export { ArenaClient, type ArenaClientOptions } from './ArenaClient';
export { type ArenaTransportOptions } from './ArenaTransport';
