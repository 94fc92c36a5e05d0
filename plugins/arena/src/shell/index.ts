export * from './ArenaShell';
export * from './router';
export * from './withSearch';
