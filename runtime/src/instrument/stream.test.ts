import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, expect, it } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { type Batch, OUTCOME } from './batch.ts';
import { sealBatch } from './columns.ts';
import { site } from './node.ts';
import type { SiteInfo } from './site.types.ts';
import { runtimeState } from './state.ts';

const state = runtimeState();
let batches: Batch[] = [];

beforeEach(() => {
  sealBatch();
  batches = [];
  state.sink = (batch) => batches.push(batch);
});

interface Chunk {
  text: string;
  usage?: { tokens: number } | null;
}

const INFO: SiteInfo = {
  ...SITE_INFO,
  stream: true,
  onStart: (user) => ({ user }),
  onResult: (chunk) => ({ model: chunk?.text, usage: chunk?.usage }),
};

function give<T>(value: T): T {
  const call = site(1, INFO).beginWith('ada');
  try {
    return call.returned(value);
  } finally {
    call.end();
  }
}

async function giveLater<T>(value: T): Promise<T> {
  const call = site(1, { ...INFO, async: true }).beginAsyncWith('ada');
  try {
    return call.returned(value);
  } finally {
    call.end();
  }
}

/** What has ended by itself. */
function ended() {
  const { batch } = state;
  return [...batches, ...(batch === undefined ? [] : [batch])].flatMap((one) =>
    Array.from({ length: one.length }, (_, row) => ({
      outcome: one.outcome[row],
      ...one.values.get(row),
      message: one.errors.get(row)?.message,
      ms: one.duration[row] ?? Number.NaN,
    })),
  );
}

const CHUNKS: Chunk[] = [{ text: 'a' }, { text: 'b', usage: { tokens: 7 } }, { text: 'c', usage: null }];

async function* generate(tidied: string[] = []): AsyncGenerator<Chunk, void, undefined> {
  try {
    for (const chunk of CHUNKS) {
      await null;
      yield chunk;
    }
  } finally {
    tidied.push('tidied');
  }
}

/** An iterable whose iterators are objects of their own. */
class Source {
  opened = 0;
  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk> {
    this.opened++;
    yield* generate();
  }
}

async function read(stream: AsyncIterable<Chunk>, until = ''): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk.text;
    if (chunk.text === until) break;
  }
  return text;
}

const WHOLE = { outcome: OUTCOME.ok, user: 'ada', model: 'c', usage: { tokens: 7 } };

it('follows an async generator, an iterable and one that a promise gives, to the end', async () => {
  const generator = generate();
  expect(give(generator)).toBe(generator);
  expect(await read(generator)).toBe('abc');
  const source = new Source();
  expect(give(source)).toBe(source);
  expect(Object.getOwnPropertySymbols(source)).toEqual([Symbol.asyncIterator]);
  expect(Object.keys(source)).toEqual(['opened']);
  expect(await read(source)).toBe('abc');
  expect(Object.getOwnPropertySymbols(source)).toEqual([]);
  expect(await read(await giveLater(new Source()))).toBe('abc');
  expect(await read(await give(Promise.resolve(new Source())))).toBe('abc');
  expect(ended()).toMatchObject([WHOLE, WHOLE, WHOLE, WHOLE]);
  // a second reading is not a second call
  expect(await read(source)).toBe('abc');
  expect(ended()).toHaveLength(4);
});

it('ends with the stream, not with the call', async () => {
  const stream = give(generate());
  await sleep(15);
  expect(ended()).toEqual([]);
  await read(stream);
  expect(ended()[0]?.ms).toBeGreaterThanOrEqual(14);
});

it('left early is aborted, with what was used so far; the stream tidies up as before', async () => {
  const tidied: string[] = [];
  expect(await read(give(generate(tidied)), 'b')).toBe('ab');
  expect(tidied).toEqual(['tidied']);
  expect(ended()).toMatchObject([
    { outcome: OUTCOME.aborted, user: 'ada', model: 'b', usage: { tokens: 7 }, message: undefined },
  ]);
});

it('that fails is an error, with what was used so far', async () => {
  const error = new Error('cut off');
  async function* failing(): AsyncGenerator<Chunk> {
    yield { text: 'a', usage: { tokens: 1 } };
    throw error;
  }
  await expect(read(give(failing()))).rejects.toBe(error);
  expect(ended()).toMatchObject([{ outcome: OUTCOME.error, message: 'cut off', usage: { tokens: 1 } }]);
});

it('follows a web stream through its reader, its iterator, and `cancel`', async () => {
  const open = (): ReadableStream<Chunk> => ReadableStream.from(CHUNKS) as ReadableStream<Chunk>;
  const reader = give(open()).getReader();
  const texts: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    texts.push(value.text);
  }
  expect(texts).toEqual(['a', 'b', 'c']);
  expect(await read(give(open()) as unknown as AsyncIterable<Chunk>)).toBe('abc');
  const left = give(open()).getReader();
  await left.read();
  await left.cancel();
  await give(open()).cancel();
  expect(ended()).toMatchObject([
    WHOLE,
    WHOLE,
    { outcome: OUTCOME.aborted, model: 'a' },
    { outcome: OUTCOME.aborted, user: 'ada' },
  ]);
});

it('nobody reads ends when it was returned; what is no stream, at once', () => {
  give(new Source());
  give(Object.freeze(new Source()));
  give({ text: 'whole', usage: { tokens: 2 } });
  expect(ended()).toMatchObject([{ outcome: OUTCOME.ok }, { model: 'whole', usage: { tokens: 2 } }]);
  sealBatch();
  expect(ended()).toMatchObject([{}, {}, { outcome: OUTCOME.ok, user: 'ada' }]);
  expect(ended()[2]).not.toHaveProperty('usage');
});

it('takes as many microtasks as before', async () => {
  async function ticks(stream: AsyncIterable<Chunk>): Promise<string[]> {
    const log: string[] = [];
    const done = (async () => {
      for await (const chunk of stream) log.push(chunk.text);
      log.push('done');
    })();
    let tick = Promise.resolve();
    for (let n = 0; n < 20; n++) tick = tick.then(() => void log.push(`tick ${n}`));
    await Promise.all([done, tick]);
    return log;
  }
  expect(await ticks(give(new Source()))).toEqual(await ticks(new Source()));
  expect(await ticks(give(generate()))).toEqual(await ticks(generate()));
});

it('dropped half way is aborted when it is collected', async () => {
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  await (async () => {
    await give(generate()).next();
  })();
  for (let turn = 0; turn < 50 && ended().length === 0; turn++) {
    await sleep(10);
    gc();
  }
  expect(ended()).toMatchObject([{ outcome: OUTCOME.aborted, model: 'a' }]);
});
