export * from './apiError';
export * from './FakeArenaApi';
export * from './FakeContent';
export * from './loadObjects';
export * from './objects';
export * from './SyntheticLoad';
export * from './trendPoint';
