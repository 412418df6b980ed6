import { expect, it } from 'vitest';
import { tokensOf } from './tokens.ts';

it.each([
  ['OpenAI chat', { prompt_tokens: 12, completion_tokens: 80, prompt_tokens_details: { cached_tokens: 4 } }, 12, 80],
  ['OpenAI responses', { input_tokens: 12, output_tokens: 80, input_tokens_details: { cached_tokens: 4 } }, 12, 80],
  ['OpenAI embeddings', { prompt_tokens: 12, total_tokens: 12 }, 12, undefined],
  [
    'Anthropic',
    { input_tokens: 12, cache_creation_input_tokens: 100, cache_read_input_tokens: 1000, output_tokens: 80 },
    1112,
    80,
  ],
  ['Anthropic without a cache', { input_tokens: 12, cache_read_input_tokens: null, output_tokens: 0 }, 12, 0],
  ['Bedrock', { inputTokens: 12, outputTokens: 80, totalTokens: 92, cacheReadInputTokens: 8 }, 20, 80],
  ['Gemini', { promptTokenCount: 12, candidatesTokenCount: 80, thoughtsTokenCount: 20, totalTokenCount: 112 }, 12, 100],
  [
    'Cohere',
    { billed_units: { input_tokens: 10, output_tokens: 4 }, tokens: { input_tokens: 99, output_tokens: 9 } },
    10,
    4,
  ],
  ['Cohere without a bill', { tokens: { input_tokens: 99, output_tokens: 9 } }, 99, 9],
  ['the AI SDK of Vercel', { promptTokens: 12, completionTokens: 80 }, 12, 80],
  ['Ollama', { prompt_eval_count: 12, eval_count: 80 }, 12, 80],
  ['no tokens', { images: 2, tokens: 5 }, undefined, undefined],
  ['nonsense', { prompt_tokens: 'many', completion_tokens: -1 }, undefined, undefined],
])('%s', (_, usage, input, output) => {
  expect(tokensOf(usage)).toEqual({ input, output });
});

it('of no usage', () => {
  expect(tokensOf(undefined)).toEqual({ input: undefined, output: undefined });
});
