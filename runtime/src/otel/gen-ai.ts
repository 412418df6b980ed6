import type { BillingEvent } from '../event/billing-event.ts';
import { type Tokens, tokensOf } from './tokens.ts';

/** What the conventions for generative AI ask for, of semantic conventions 1.37.0 (August 2025). */
export interface GenAiCall {
  readonly operation: string;
  readonly provider: string;
  readonly requestModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly tokens: Tokens;
}

/** Providers that the conventions have a name for, by ours in lower case. */
const PROVIDER_NAMES: ReadonlyMap<string, string> = new Map([
  ['aws', 'aws.bedrock'],
  ['azure', 'azure.ai.openai'],
  ['google ai', 'gcp.gen_ai'],
  ['google cloud (gcp)', 'gcp.vertex_ai'],
  ['mistral', 'mistral_ai'],
  ['xai', 'x_ai'],
  ['ibm watsonx', 'ibm.watsonx.ai'],
]);

/** What the conventions call an operation, by what people call a service. */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/embed/, 'embeddings'],
  [/chat|message|conversation|response/, 'chat'],
  [/generate.?content/, 'generate_content'],
  [/completion/, 'text_completion'],
  [/tool/, 'execute_tool'],
  [/agent/, 'invoke_agent'],
];

/** Undefined for a call of anything but a model: of another category, and without a model that has used tokens. */
export function genAiCall({
  category,
  provider,
  service,
  model,
  usage,
  metadata,
}: BillingEvent): GenAiCall | undefined {
  const tokens = tokensOf(usage);
  const isModel = model !== undefined && (tokens.input !== undefined || tokens.output !== undefined);
  if (category !== 'AI' && !isModel) return undefined;
  return {
    operation: operationOf(service),
    provider: providerName(provider),
    requestModel: textOf(metadata.request_model) ?? model,
    responseModel: textOf(metadata.response_model) ?? model,
    tokens,
  };
}

function operationOf(service: string | undefined): string {
  if (service === undefined) return 'chat';
  const name = service.toLowerCase();
  return OPERATIONS.find(([pattern]) => pattern.test(name))?.[1] ?? name;
}

function providerName(provider: string): string {
  const name = provider.toLowerCase();
  return PROVIDER_NAMES.get(name) ?? name.replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
