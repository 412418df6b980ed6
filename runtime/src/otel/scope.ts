/** Name of the instrumentation scope. */
export const SCOPE = '@panoptic/runtime';

/** Of the semantic conventions that names of attributes and metrics are taken from. */
export const SCHEMA: { readonly schemaUrl: string } = { schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' };
