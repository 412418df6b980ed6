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
  TransportName,
} from './config/options.ts';
export { getExecutionMetadata, setExecutionMetadata, withExecutionMetadata } from './context/index.ts';
export type { ExecutionMetadata } from './context/metadata.types.ts';
export type { OutletStats } from './deliver/outlet.ts';
export type { Stats } from './deliver/stats.ts';
export type { Acknowledgement, FrozenEvent, Refusal, Transport } from './deliver/transport.ts';
export type { Diagnostic } from './diagnostics/say.ts';
export type { BillingEvent, EventError, EventMetadata, Outcome, Price, Window } from './event/billing-event.ts';
export type { BillingDocument } from './event/document.ts';
export { fromJson, toJson } from './event/json.ts';
export { billingEventSchema } from './event/schema.ts';
export { clearMemoryEvents, close, createPanoptic, flush, memoryEvents, type Panoptic, stats } from './panoptic.ts';
