export type { ExecutionMetadata } from '../../context/metadata.types.ts';
export type { MappedRequest } from '../core/index.ts';
export { type KoaMiddlewareOptions, panopticKoa } from './middleware.ts';
