export type { ExecutionMetadata } from '../../context/metadata.types.ts';
export type { MappedRequest } from '../core/index.ts';
export { type NestMiddlewareAsyncOptions, type NestMiddlewareOptions, PanopticModule } from './module.ts';
