export { enter } from './enter.ts';
export type { RouteOf } from './exchange.ts';
export { nodeReader } from './reader.ts';
export { exchangeOf } from './watch.ts';
