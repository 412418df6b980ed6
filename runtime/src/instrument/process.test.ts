import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

const beside = (file: string): string => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));

const PREAMBLE = `
  import { site } from ${beside('./index.ts')};
  import { recorder } from ${beside('./recorder.ts')};
  import { runtimeState } from ${beside('./state.ts')};
  const state = runtimeState();
  state.recorder = recorder;
  const handle = site(1, {
    id: '1', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: true, provider: 'System', category: 'SYSTEM',
  });
`;

/** Runs a script with the sources of the instrument in a process of its own; gives what it printed, as JSON. */
function runScript(script: string): unknown {
  const { outputFiles } = buildSync({
    stdin: { contents: PREAMBLE + script, resolveDir: '/' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  });
  const child = spawnSync(process.execPath, ['--input-type=module', '-'], {
    input: outputFiles[0]?.text,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(child).toMatchObject({ stderr: '', status: 0, signal: null });
  return JSON.parse(child.stdout);
}

it('adds no unhandled rejection, and takes none away from an async function', () => {
  const seen = runScript(`
    async function work(promise) {
      const call = handle.beginAsync();
      try { return call.returned(promise); } catch (e) { throw call.threw(e); } finally { call.end(); }
    }
    const seen = [];
    process.on('unhandledRejection', (reason) => seen.push(reason.message));
    work(Promise.reject(new Error('nobody')));
    work(Promise.reject(new Error('caught'))).catch(() => {});
    setTimeout(() => console.log(JSON.stringify(seen)), 20);
  `);
  expect(seen).toEqual(['nobody']);
});

it('does not keep a process alive for a batch that waits', () => {
  const recorded = runScript(`
    state.maxWaitTimeMs = 120_000;
    handle.begin().end();
    console.log(JSON.stringify(state.counters.recorded));
  `);
  expect(recorded).toBe(1);
});

it('survives user code that replaced what it relies on, once it is loaded', () => {
  const durations = runScript(`
    Date.now = Math.random = performance.now = () => { throw new Error('replaced'); };
    globalThis.setTimeout = Promise.prototype.then = () => { throw new Error('replaced'); };
    const call = handle.begin();
    call.returned(Promise.resolve());
    call.end();
    handle.begin().end();
    queueMicrotask(() => console.log(JSON.stringify([...state.batch.duration.subarray(0, state.batch.length)].map(Math.sign))));
  `);
  expect(durations).toEqual([1, 1]);
});

it('reports the same unhandled rejections of subclasses, thenables and streams as the original', () => {
  const seen = runScript(`
    class Lazy extends Promise {}
    const thenable = (message) => ({ then(_, reject) { reject(new Error(message)); } });
    const recorded = (async, body) => {
      const one = site(1, { ...handle.info, async, stream: true });
      const run = (call) => { try { return call.returned(body()); } catch (e) { throw call.threw(e); } finally { call.end(); } };
      return async ? async () => run(one.beginAsync()) : () => run(one.begin());
    };
    const original = (async, body) => (async ? async () => body() : body);
    const seen = { original: [], recorded: [] };
    let current;
    process.on('unhandledRejection', (reason) => current.push(reason.message));
    for (const [name, make] of Object.entries({ original, recorded })) {
      current = seen[name];
      make(true, () => Lazy.reject(new Error('async subclass')))();
      make(true, () => thenable('async thenable'))();
      make(false, () => Lazy.reject(new Error('subclass')))();
      make(false, () => Lazy.reject(new Error('subclass, derived')))().then(() => {});
      make(false, () => thenable('never subscribed'))();
      make(false, () => Lazy.reject(new Error('caught')))().catch(() => {});
      make(true, () => thenable('caught'))().catch(() => {});
      (async () => { for await (const _ of make(false, async function* () { throw new Error('stream'); })()); })();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    console.log(JSON.stringify(seen));
  `) as Record<'original' | 'recorded', string[]>;
  expect(seen.original).toHaveLength(5);
  expect(seen.recorded).toEqual(seen.original);
});

it('does not keep a process alive for a thenable that nobody subscribes to', () => {
  const recorded = runScript(`
    const call = site(1, { ...handle.info, async: false }).begin();
    call.returned({ then() {} });
    call.end();
    console.log(JSON.stringify(state.counters.recorded));
  `);
  expect(recorded).toBe(0);
});
