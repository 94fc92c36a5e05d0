export * from './DatasetOverview';
export * from './DatasetSummary';
export * from './RejectsTab';
export * from './RowsTab';
