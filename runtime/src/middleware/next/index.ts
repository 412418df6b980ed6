export type { ExecutionMetadata } from '../../context/metadata.types.ts';
export type { MappedRequest } from '../core/index.ts';
export { type ForwardedMetadata, forwardMetadata } from './forward-metadata.ts';
export type { NextOptions } from './options.ts';
export { type NextMiddlewareOptions, withPanoptic } from './with-panoptic.ts';
export { withPanopticApi } from './with-panoptic-api.ts';
export { type NextScopeOptions, type NextScopeRequest, withPanopticScope } from './with-panoptic-scope.ts';
