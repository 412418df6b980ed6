export { PanopticError, type Problem } from '../config/error.ts';
export type { ExecutionMetadata } from '../context/metadata.types.ts';
export type { IngestAnswer, IngestBody } from '../edge/wire.ts';
export type { BillingEvent } from '../event/billing-event.ts';
export type { IngestStats } from './counts.ts';
export { createIngest, type Ingest } from './create-ingest.ts';
export type { Arrival, Caller, IngestOptions } from './options.ts';
