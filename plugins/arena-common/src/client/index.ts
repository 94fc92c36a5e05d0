export * from './ArenaApi';
