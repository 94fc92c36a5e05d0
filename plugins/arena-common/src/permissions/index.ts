export * from './permissions';
export * from './permissionRefs';
