export { PanopticError, type Problem } from '../config/error.ts';
export { getExecutionMetadata, setExecutionMetadata, withExecutionMetadata } from '../context/index.ts';
export type {
  Brand,
  ExecutionMetadata,
  OwnExecutionMetadata,
  RequestId,
  SessionId,
  StandardExecutionMetadata,
  TenantId,
  UserId,
} from '../context/metadata.types.ts';
export type { OutletStats } from '../deliver/outlet.ts';
export type { Stats } from '../deliver/stats.ts';
export type { Diagnostic } from '../diagnostics/say.ts';
export type { BillingEvent, EventError, EventMetadata, Outcome, Price, Window } from '../event/billing-event.ts';
export type { AnyFunction, AsyncFunction, WrapOptions } from '../wrap/options.types.ts';
export { wrap, wrapAsync } from '../wrap/wrap.ts';
export type { EdgeOptions, EdgeTransportName, HeaderList, PublicEdgeConfig } from './options.ts';
export { clearMemoryEvents, close, createPanoptic, flush, memoryEvents, type PagePanoptic, stats } from './panoptic.ts';
export type { AsyncLocalStorageClass } from './storage.ts';
