import { isRecord } from '../event/plain.ts';

export interface Tokens {
  readonly input: number | undefined;
  readonly output: number | undefined;
}

/** A measure, and what it leaves out and bills beside it. */
type Measure = readonly string[];

/** By what providers and their SDKs call them: OpenAI (both APIs) and its kin, Anthropic, Bedrock, Vercel's SDK, Gemini, Ollama. */
const INPUT: readonly Measure[] = [
  ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'],
  ['prompt_tokens'],
  ['inputTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens'],
  ['promptTokens'],
  ['promptTokenCount', 'toolUsePromptTokenCount'],
  ['prompt_eval_count'],
];
const OUTPUT: readonly Measure[] = [
  ['output_tokens'],
  ['completion_tokens'],
  ['outputTokens'],
  ['completionTokens'],
  ['candidatesTokenCount', 'thoughtsTokenCount'],
  ['eval_count'],
];

/** Cohere tells both; what is billed comes first, as the conventions ask for. */
const INSIDE = ['billed_units', 'tokens'] as const;

/** Tokens of a usage in a provider's own shape; cached ones are part of the input. */
export function tokensOf(usage: Readonly<Record<string, unknown>> | undefined): Tokens {
  if (usage === undefined) return { input: undefined, output: undefined };
  const own = { input: first(usage, INPUT), output: first(usage, OUTPUT) };
  if (own.input !== undefined || own.output !== undefined) return own;
  for (const key of INSIDE) {
    const inner = usage[key];
    if (isRecord(inner)) return tokensOf(inner);
  }
  return own;
}

function first(usage: Readonly<Record<string, unknown>>, measures: readonly Measure[]): number | undefined {
  const found = measures.find(([name = '']) => isCount(usage[name]));
  return found?.reduce((sum, name) => sum + (isCount(usage[name]) ? usage[name] : 0), 0);
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0;
