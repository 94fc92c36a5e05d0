export { createRouter } from './createRouter';
export { type RouterOptions, type RunReader } from './RouterOptions';
export { type LiveFeed } from './stream/LiveFeed';
