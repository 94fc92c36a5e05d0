export * from './ClusterNotice';
export * from './ClusterScope';
export * from './PageActions';
export * from './useClusterQuery';
