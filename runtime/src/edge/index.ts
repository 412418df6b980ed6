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
export { billingEventSchema } from '../event/schema.ts';
export { emailAddress } from '../event/secrets.ts';
export { recordBillingLine } from '../logger/record-billing-line.ts';
export type { BillingFields } from '../logger/types.ts';
export { type BillingLevel, billingLevels } from '../pino/levels.ts';
export type { Category, KnownProvider } from '../providers/data.ts';
export type { CategoryName, OwnProvider, OwnProviders, ProviderName } from '../providers/own.ts';
export type {
  AnyFunction,
  AsyncFunction,
  AttributeLiteral,
  CallLogger,
  ChunkOf,
  RecordingOptions,
  ResultOf,
  Value,
  WrapOptions,
} from '../wrap/options.types.ts';
export { wrap, wrapAsync } from '../wrap/wrap.ts';
export { createPanoptic, type EdgePanopticOptions, type Panoptic } from './full.ts';
export {
  consoleTransport,
  createHttpMiddleware,
  createProviderLogger,
  fromJson,
  httpTransport,
  logTransport,
  memoryTransport,
  mongodbTransport,
  toBillingEvent,
  toJson,
} from './not-here.ts';
export type { EdgeOptions, EdgeTransportName, HeaderList, PublicEdgeConfig } from './options.ts';
export { clearMemoryEvents, close, flush, memoryEvents, type PagePanoptic, stats } from './panoptic.ts';
export type { AsyncLocalStorageClass } from './storage.ts';
