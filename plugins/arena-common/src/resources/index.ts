export * from './meta';
export * from './arenajob';
export * from './arenasource';
export * from './arenaconfig';
export * from './provider';
export * from './agentruntime';
export * from './toolregistry';
export * from './crd';
