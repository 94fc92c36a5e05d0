export * from './LazyPodsTab';
