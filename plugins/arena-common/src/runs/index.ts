export * from './types';
export * from './comparison';
