/** A JSON Schema, draft 7. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const text: JsonSchema = { type: 'string', minLength: 1 };
const id: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{24}$' };
const time: JsonSchema = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
};
const decimal: JsonSchema = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?(E[+-]?\\d+)?$' };
const milliseconds: JsonSchema = { type: 'number' };

/** JSON Schema (draft 7) of the JSON form of a billing event. */
export const billingEventSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:panoptic:billing-event:1',
  title: 'Panoptic billing event',
  description: 'One call of a billable function.',
  type: 'object',
  additionalProperties: false,
  required: [
    'v',
    '_id',
    'ts',
    'projectId',
    'env',
    'username',
    'category',
    'provider',
    'resource',
    'quantity',
    'unit',
    'outcome',
    'metadata',
  ],
  properties: {
    v: { const: 1, description: 'Version of this shape.' },
    _id: { ...id, description: 'Fixed when the call is recorded; unique in its collection.' },
    ts: { ...time, description: 'Start of the call.' },
    projectId: text,
    env: { ...text, description: 'Stage the application ran in: development, production, …' },
    username: { ...text, description: "The deployment's account, never the end user." },
    user: { ...text, description: "End user, from the annotation or the context's user_id." },
    category: text,
    provider: text,
    service: text,
    resource: text,
    model: text,
    site: { ...text, description: 'Id of the annotated function.' },
    usage: { type: 'object', description: "Quantities by measure, in the provider's own names." },
    quantity: { type: 'number', description: 'In units. Default 1 execution.' },
    unit: text,
    amount: { ...decimal, description: 'Cost in `currency`, exact.' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217.' },
    price: {
      type: 'object',
      additionalProperties: false,
      required: ['status'],
      properties: {
        status: { enum: ['priced', 'partial', 'unpriced', 'free'] },
        method: text,
        reason: text,
        card: text,
        list: decimal,
      },
    },
    outcome: { enum: ['ok', 'error', 'aborted'] },
    error: {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'message'],
      properties: {
        type: { type: 'string' },
        message: { type: 'string' },
        code: { type: 'string' },
        stack: { type: 'string' },
      },
    },
    parent: { ...id, description: 'The billable call this one ran in.' },
    trace: {
      type: 'object',
      additionalProperties: false,
      required: ['trace_id', 'span_id'],
      properties: { trace_id: { type: 'string' }, span_id: { type: 'string' } },
    },
    tags: { type: 'array', items: text },
    sample_rate: { type: 'number', minimum: 0, maximum: 1, description: 'Share of calls recorded; absent means 1.' },
    window: {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'to', 'count', 'sum', 'min', 'max'],
      properties: {
        from: time,
        to: time,
        count: { type: 'integer', minimum: 0 },
        sum: { type: 'number' },
        min: { type: 'number' },
        max: { type: 'number' },
        sketch: { type: 'string', description: 'ms:calls for each group of similar durations, separated by blanks.' },
      },
    },
    commit: { ...text, description: 'Commit of the build.' },
    body: { ...text, description: "Hash of the function's source text." },
    metadata: {
      type: 'object',
      description: 'Execution metadata, attributes, and what the runtime measured.',
      required: ['function_name', 'duration_ms'],
      properties: {
        function_name: text,
        duration_ms: milliseconds,
        args_types: { type: 'array', items: { type: 'string' } },
        timing: {
          type: 'object',
          additionalProperties: false,
          required: ['total_ms', 'execution_ms', 'overhead_ms'],
          properties: { total_ms: milliseconds, execution_ms: milliseconds, overhead_ms: milliseconds },
        },
      },
      additionalProperties: true,
    },
  },
};
