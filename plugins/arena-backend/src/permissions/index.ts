export * from './conditions';
export { type PermissionSubject } from './PermissionSubject';
export * from './resourceRefs';
export { type SubjectFilter } from './SubjectFilter';
