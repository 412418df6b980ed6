export { PanopticError, type Problem } from './config/error.ts';
export type {
  AcknowledgementLevel,
  HttpOptions,
  LogOptions,
  MongodbIndex,
  MongodbOptions,
  PanopticOptions,
  PublicConfig,
  ResiliencePreset,
  Routing,
  Timing,
  TransportName,
} from './config/options.ts';
export { getExecutionMetadata, setExecutionMetadata, withExecutionMetadata } from './context/index.ts';
export type {
  Brand,
  ExecutionMetadata,
  OwnExecutionMetadata,
  RequestId,
  SessionId,
  StandardExecutionMetadata,
  TenantId,
  UserId,
} from './context/metadata.types.ts';
export type { Acknowledged } from './deliver/acknowledged.ts';
export { toBillingEvent } from './deliver/billing-event.ts';
export { consoleTransport } from './deliver/console.ts';
export { type HttpTransportOptions, httpTransport } from './deliver/http/transport.ts';
export { type MemoryTransport, memoryTransport } from './deliver/memory.ts';
export { type MongodbTransportSettings, mongodbTransport } from './deliver/mongodb/create.ts';
export type { OutletLogStats, OutletStats } from './deliver/outlet.ts';
export type { ResilienceStats } from './deliver/resilience/stats.ts';
export type { Stats, WorkerStats } from './deliver/stats.ts';
export type { Acknowledgement, FrozenEvent, Refusal, Transport } from './deliver/transport.ts';
export type { Diagnostic } from './diagnostics/say.ts';
export type { BillingEvent, EventError, EventMetadata, Outcome, Price, Window } from './event/billing-event.ts';
export type { BillingDocument } from './event/document.ts';
export { fromJson, toJson } from './event/json.ts';
export { billingEventSchema } from './event/schema.ts';
export { emailAddress } from './event/secrets.ts';
export type { EventExporter, RecordedEvent } from './export/exporter.ts';
export { type LogTransportOptions, logTransport } from './log/transport.ts';
export {
  type BillingFields,
  type BillingLogFn,
  type BillingLogger,
  createProviderLogger,
  type LineDestination,
  type LoggerOptions,
  type LoggerTarget,
  type LoggerTransport,
  type ProviderContext,
  type ReadyLogger,
  recordBillingLine,
} from './logger/index.ts';
export {
  type ConnectMiddlewareOptions,
  createHttpMiddleware,
  type HttpMiddleware,
} from './middleware/connect/index.ts';
export type { HttpMiddlewareOptions, MappedRequest } from './middleware/core/index.ts';
export { clearMemoryEvents, close, createPanoptic, flush, memoryEvents, type Panoptic, stats } from './panoptic.ts';
export { type BillingLevel, billingLevels } from './pino/levels.ts';
export type { Category, KnownProvider } from './providers/data.ts';
export type { CategoryName, OwnProvider, OwnProviders, ProviderName } from './providers/own.ts';
export type { AggregateOptions, AggregateRule } from './volume/aggregate.types.ts';
export type { VolumeStats } from './volume/counts.ts';
export type { DedupeOptions, DedupeRule } from './volume/dedupe.types.ts';
export type { LimitScope, RateLimitOptions } from './volume/rate-limit.types.ts';
export type { CallMatch, NamePattern } from './volume/rules.types.ts';
export type { SamplingOptions, SamplingRule } from './volume/sampling.types.ts';
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
} from './wrap/options.types.ts';
export { wrap, wrapAsync } from './wrap/wrap.ts';
