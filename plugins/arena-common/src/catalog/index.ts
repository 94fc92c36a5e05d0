export * from './annotations';
export * from './entityRef';
