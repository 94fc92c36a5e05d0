export * from './JobOverview';
export * from './types';
export * from './comparison';
export * from './runSet';
export * from './RunEvent';
