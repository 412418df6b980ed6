export { freezeEvent, makeEvent } from './events.ts';
export type { ConformanceCase, ConformanceOptions } from './options.ts';
export { transportConformance } from './suite.ts';
