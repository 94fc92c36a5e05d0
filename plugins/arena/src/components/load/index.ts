export * from './LoadJobProgress';
export * from './LoadOverview';
export * from './LoadSummary';
