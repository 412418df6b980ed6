export type { ExecutionMetadata } from '../../context/metadata.types.ts';
export type { MappedRequest } from '../core/index.ts';
export { type ExpressMiddlewareOptions, panopticExpress } from './middleware.ts';
