import { pino } from 'pino';
import { beforeEach, expect, it, vi } from 'vitest';
import { keepLines } from '../../../fixtures/tools/lines.ts';
import { clearMemoryEvents, createPanoptic, flush, memoryEvents, type PanopticOptions, stats, wrap } from '../index.ts';

const provider = 'OpenAI';
const kept = keepLines();
const logger = pino({ level: 'debug', base: null, timestamp: false }, kept);

beforeEach(() => {
  createPanoptic({ transport: 'memory', project: 'wrap', logger: { level: 'debug', destination: kept } });
  clearMemoryEvents();
});

/** The lines since the last look, without what differs from call to call. */
const said = (): Record<string, unknown>[] =>
  kept.lines.splice(0).map(({ duration_ms, time: _, pid: __, hostname: ___, ...line }) => {
    expect(duration_ms).toBeGreaterThanOrEqual(0);
    return line;
  });

it('gives a line a call, with what its event says', async () => {
  const ask = wrap(
    async function ask(question: string) {
      if (question === '') throw new RangeError('nothing asked');
      return { model: 'gpt-4o', usage: { tokens: 3 } };
    },
    {
      provider,
      service: 'chat',
      logger,
      model: (answer) => answer.model,
      usage: (answer) => answer.usage,
      attributes: { region: 'eu', length: (_answer, question) => question.length },
    },
  );
  await ask('why?');
  await ask('').catch(() => {});
  await flush();
  expect(said()).toEqual([
    {
      level: 20,
      provider: 'OpenAI',
      service: 'chat',
      function_name: 'ask',
      model: 'gpt-4o',
      usage: { tokens: 3 },
      attributes: { region: 'eu', length: 4 },
      outcome: 'ok',
      msg: 'ask: ok',
    },
    {
      level: 50,
      provider: 'OpenAI',
      service: 'chat',
      function_name: 'ask',
      attributes: { region: 'eu', length: 0 },
      outcome: 'error',
      err: expect.objectContaining({ type: 'RangeError', message: 'nothing asked' }),
      msg: 'ask: error',
    },
  ]);
  expect(memoryEvents()).toHaveLength(2);
});

it('says what one of our own loggers is bound to once, and makes no second event', async () => {
  const charged = wrap(function charged() {}, {
    provider,
    service: 'chat',
    logger: createPanoptic({ transport: 'memory', logger: { level: 'debug', destination: kept } }).getLogger(
      provider,
      'chat',
    ),
  });
  charged();
  await flush();
  expect(said()).toEqual([
    { level: 20, provider: 'OpenAI', service: 'chat', function_name: 'charged', outcome: 'ok', msg: 'charged: ok' },
  ]);
  expect(memoryEvents()).toHaveLength(1);
});

it('asks nothing of a logger whose level is above the line', () => {
  const silent = pino({ level: 'silent' }, kept);
  const debug = vi.spyOn(silent, 'debug');
  wrap(() => 1, { provider, logger: silent })();
  expect(debug).not.toHaveBeenCalled();
});

it('writes the line where the call was made, for what a logger adds by itself', async () => {
  const { AsyncLocalStorage } = await import('node:async_hooks');
  const requests = new AsyncLocalStorage<string>();
  const mixed = pino({ level: 'debug', base: null, mixin: () => ({ request: requests.getStore() }) }, kept);
  const work = wrap(async () => await null, { provider, logger: mixed });
  await Promise.all(['a', 'b'].map((id) => requests.run(id, () => work())));
  expect(said().map(({ request }) => request)).toEqual(['a', 'b']);
});

it('tells an aborted call, and one that was left, from a failure', () => {
  const count = wrap(
    function* count() {
      yield 1;
    },
    { provider, logger },
  );
  for (const _ of count()) break;
  const stopped = wrap(
    () => {
      throw new DOMException('stop', 'AbortError');
    },
    { provider, logger },
  );
  expect(stopped).toThrow('stop');
  expect(said().map(({ level, outcome }) => [level, outcome])).toEqual([
    [20, 'aborted'],
    [20, 'aborted'],
  ]);
});

it('writes nothing for a call that was sampled out', () => {
  wrap(() => 1, { provider, logger, sample: 0 })();
  expect(said()).toEqual([]);
});

it.each<[string, PanopticOptions]>([
  ['sampling', { sampling: 0 }],
  ['rateLimit', { rateLimit: { eventsPerSecond: 0.001, burst: 1 } }],
  ['dedupe', { dedupe: { ttl: 60_000 } }],
  ['aggregate', { aggregate: { windowMs: 60_000 } }],
])('writes nothing for a call that %s leaves without an event of its own', (stage, options) => {
  createPanoptic({ transport: 'memory', ...options });
  const work = wrap(
    (fails: boolean) => {
      if (fails) throw new RangeError('no');
    },
    { provider, logger, site: `of ${stage}` },
  );
  for (let call = 0; call < 3; call++) work(false);
  const events = memoryEvents().filter(({ window }) => window === undefined);
  expect(events.length).toBeLessThan(2);
  expect(said().map(({ outcome }) => outcome)).toEqual(events.map(({ outcome }) => outcome));
  // but for `rateLimit`, a failure has one
  expect(() => work(true)).toThrow('no');
  expect(said()).toHaveLength(stage === 'rateLimit' ? 0 : 1);
});

it('goes on where the logger fails, and says so', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const no = (): never => {
    throw new Error('no');
  };
  const broken = wrap((): number => 1, { provider, resource: 'broken', logger: { debug: no, error: no } });
  expect([broken(), broken()]).toEqual([1, 1]);
  expect(stderr.mock.calls).toEqual([
    ['Panoptic PAN4117: logger of anonymous has thrown: Error: no. Calls are recorded without it.'],
  ]);
  stderr.mockRestore();
  expect(stats().problems['PAN4117 anonymous logger']).toBe(2);
  await flush();
  expect(memoryEvents()).toHaveLength(2);
});

it('may be the console, and must be a logger', () => {
  const debug = vi.spyOn(console, 'debug').mockImplementation(() => {});
  wrap(function shown() {}, { provider, logger: console })();
  expect(debug).toHaveBeenCalledWith(expect.objectContaining({ function_name: 'shown', outcome: 'ok' }), 'shown: ok');
  debug.mockRestore();
  for (const wrong of [{}, null, 'pino', { debug() {} }]) {
    expect(() => wrap(() => 1, { provider, logger: wrong as typeof console })).toThrow(
      'PAN4112: logger of wrap() must be a logger with the methods debug and error, such as one of pino.',
    );
  }
});
