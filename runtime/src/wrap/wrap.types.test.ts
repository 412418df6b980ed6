import { assertType, expectTypeOf, it } from 'vitest';
import { createPanoptic, type Panoptic, wrap, wrapAsync } from '../index.ts';

// What the compiler says is the test: `tsc -p tsconfig.tests.json`.

const panoptic = createPanoptic({
  transport: 'memory',
  providers: { 'Acme LLM': 'AI', Initech: { aliases: ['tps'] } },
});
const provider = 'System';

interface Answer {
  model: string;
  usage: { prompt_tokens: number };
}
const answer = async (question: string, temperature = 1): Promise<Answer> => ({
  model: `${question}${temperature}`,
  usage: { prompt_tokens: 1 },
});

it('keeps the type of a function, whole', () => {
  expectTypeOf(wrap(answer, { provider })).toEqualTypeOf<typeof answer>();
  expectTypeOf(panoptic.wrapAsync(answer, { provider })).toEqualTypeOf<typeof answer>();
  expectTypeOf(wrap((a: number, ...rest: string[]) => a + rest.length, { provider })).toEqualTypeOf<
    (a: number, ...rest: string[]) => number
  >();
});

it('keeps overloads', () => {
  function read(file: string): string;
  function read(file: string, encoding: null): Uint8Array;
  function read(file: string, encoding?: null): string | Uint8Array {
    return encoding === null ? new Uint8Array() : file;
  }
  const wrapped = wrap(read, { provider });
  expectTypeOf(wrapped).toEqualTypeOf<typeof read>();
  expectTypeOf(wrapped('a')).toEqualTypeOf<string>();
  expectTypeOf(wrapped('a', null)).toEqualTypeOf<Uint8Array>();
  // @ts-expect-error no overload takes a number
  wrapped(1);
});

it('keeps generics', () => {
  const first = <T>(list: readonly [T, ...T[]]): T => list[0];
  const wrapped = wrap(first, { provider });
  expectTypeOf(wrapped([1, 2])).toEqualTypeOf<number>();
  expectTypeOf(wrapped(['a'])).toEqualTypeOf<string>();
  const later = wrapAsync(async <T extends object>(value: T): Promise<T> => value, { provider });
  expectTypeOf(later({ a: 1 })).toEqualTypeOf<Promise<{ a: number }>>();
});

it('keeps a `this` parameter, and gives it to options', () => {
  interface Account {
    id: string;
  }
  function charge(this: Account, cents: number): string {
    return this.id + cents;
  }
  const wrapped = wrap(charge, {
    provider,
    user() {
      expectTypeOf(this).toEqualTypeOf<Account>();
      return this.id;
    },
    context(cents) {
      expectTypeOf(this).toEqualTypeOf<Account>();
      return { plan: `${cents}` };
    },
  });
  expectTypeOf(wrapped).toEqualTypeOf<(this: Account, cents: number) => string>();
  // @ts-expect-error called without its `this`
  assertType<() => string>(() => wrapped(1));
});

it('keeps predicates, assertions and properties', () => {
  const isText = wrap((value: unknown): value is string => typeof value === 'string', { provider });
  const value: unknown = 'a';
  if (isText(value)) expectTypeOf(value).toEqualTypeOf<string>();
  const counting = Object.assign(() => 1, { count: 0 });
  expectTypeOf(wrap(counting, { provider }).count).toEqualTypeOf<number>();
});

it('keeps methods of a class', () => {
  class Client {
    async send(text: string): Promise<number> {
      return text.length;
    }
  }
  Client.prototype.send = wrapAsync(Client.prototype.send, { provider, quantity: (sent) => sent });
  expectTypeOf(new Client().send('a')).toEqualTypeOf<Promise<number>>();
});

it('keeps generators', () => {
  function* pages(from: number): Generator<string, number, boolean> {
    return (yield `${from}`) ? 1 : 2;
  }
  expectTypeOf(wrap(pages, { provider })).toEqualTypeOf<typeof pages>();
});

it('hands the result to options, and the arguments behind it', () => {
  wrapAsync(answer, {
    provider,
    model: (result) => result.model,
    usage: (result) => result.usage,
    user: (_result, question, temperature) => {
      expectTypeOf(question).toEqualTypeOf<string>();
      expectTypeOf(temperature).toEqualTypeOf<number | undefined>();
      return question;
    },
    attributes: { region: 'eu', words: (result, question) => [result.model, question] },
    context: (question, temperature) => ({ tenant_id: question, temperature }),
    service: () => undefined,
  });
  function* pages(): Generator<string, number> {
    yield 'a';
    return 1;
  }
  wrap(pages, { provider, quantity: (returned) => returned });
  wrap(pages, { provider, stream: true, model: (chunk) => chunk });
  async function* stream(): AsyncGenerator<{ usage: object }, void> {}
  wrapAsync(stream, { provider, stream: true, usage: (chunk) => chunk.usage });
  wrapAsync(async () => stream(), { provider, stream: true, usage: (chunk) => chunk.usage });
  wrap((): ReadableStream<{ usage: object }> => new ReadableStream(), {
    provider,
    stream: true,
    usage: ({ usage }) => usage,
  });
});

it('refuses what is wrong', () => {
  const add = (a: number, b: number): number => a + b;
  const wrong = (): void => {
    // @ts-expect-error no provider
    wrap(add, {});
    // @ts-expect-error no such option
    wrap(add, { provider, modle: 'x' });
    // @ts-expect-error no function
    wrap({}, { provider });
    // @ts-expect-error a class cannot be called
    wrap(class {}, { provider });
    // @ts-expect-error not a promise
    wrapAsync(add, { provider });
    // @ts-expect-error not a number
    wrap(add, { provider, quantity: 'many' });
    // @ts-expect-error not a text
    wrap(add, { provider, model: (sum) => sum });
    // @ts-expect-error the result is a number
    wrap(add, { provider, model: (sum) => sum.model });
  };
  assertType<() => void>(wrong);
});

it('offers known providers and those of one’s own, and takes any other', () => {
  expectTypeOf(panoptic).toEqualTypeOf<Panoptic<'Acme LLM' | 'Initech'>>();
  const wraps = (): void => {
    panoptic.wrap(answer, { provider: 'Acme LLM', category: 'AI' });
    panoptic.wrap(answer, { provider: 'Nobody Knows', category: 'MINE' });
    createPanoptic().wrap(answer, { provider: 'OpenAI' });
  };
  assertType<() => void>(wraps);
  expectTypeOf(createPanoptic({ transport: 'memory' })).toEqualTypeOf<Panoptic>();
});
