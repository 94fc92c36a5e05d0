export * from './rules';
export * from './primitives';
export * from './common';
