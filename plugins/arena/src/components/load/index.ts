export * from './LoadOverview';
export * from './LoadSummary';
