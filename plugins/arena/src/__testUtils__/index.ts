export * from './apiError';
export * from './FakeArenaApi';
export * from './objects';
