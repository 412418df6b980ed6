export type { EventExporter, RecordedEvent } from '../export/exporter.ts';
export { openTelemetryExporter } from './exporter.ts';
export type { OpenTelemetryOptions } from './options.ts';
