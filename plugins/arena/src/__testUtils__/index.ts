export * from './apiError';
export * from './FakeArenaApi';
export * from './loadObjects';
export * from './objects';
export * from './SyntheticLoad';
