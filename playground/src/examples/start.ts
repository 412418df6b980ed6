// Each call of an annotated function becomes a billing event:
// which function, how long, for which tenant, how much it used.

interface Completion {
  model: string;
  usage: { prompt_tokens: number; completion_tokens: number };
  text: string;
}

/**
 * @billable provider=OpenAI service=chat
 *   model=$result.model usage=$result.usage
 */
export async function ask(prompt: string): Promise<Completion> {
  const reply = await fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ prompt }),
  });
  return reply.json();
}

/** @billable provider=System quantity=$words.length unit=word */
export const longest = (words: string[]): string =>
  words.reduce((best, word) => (word.length > best.length ? word : best), '');
