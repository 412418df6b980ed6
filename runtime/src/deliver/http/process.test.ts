import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CANARY, expectNoCanary, withCanary } from '../../../../fixtures/tools/canary.ts';
import { buildChild, type Ended, runChild } from '../../../../fixtures/tools/child.ts';
import { type HttpSink, httpSink } from '../../../../fixtures/tools/http-sink.ts';
import { decodeEvent } from '../../event/document.ts';
import { readLog } from '../../log/reader.ts';

/** An application with one annotated function, as generated code calls it; `argv[2]` is how it ends. */
const CHILD = `
import { site } from './instrument/node.ts';
import { flush, stats } from './index.ts';

const handle = site(1, {
  id: 's', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
});
function work() { const call = handle.begin(); try { return call.returned(1); } finally { call.end(); } }

const ways = {
  end() { work(); },
  exit() { work(); process.exit(3); },
  async flushed() {
    for (let n = 0; n < 250; n++) work();
    await flush();
    process.stdout.write(JSON.stringify(stats().transport));
    process.kill(process.pid, 'SIGKILL');
  },
  throw() { work(); throw new Error('of the application'); },
};
await ways[process.argv[2]]();
`;

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(path.dirname(script), { recursive: true, force: true }));

describe.each(['in the worker', 'in the thread of the application'])('%s', (place) => {
  async function run(way: string, sink: HttpSink): Promise<Ended & { left: number; dir: string }> {
    const dir = mkdtempSync(path.join(path.dirname(script), 'log-'));
    const ended = await runChild(script, [way], {
      PANOPTIC_DIR: dir,
      PANOPTIC_HTTP_URL: `${withCanary(sink.url)}?key=${CANARY}`,
      PANOPTIC_HTTP_AUTHORIZATION: `Bearer ${CANARY}`,
      PANOPTIC_WORKER: place === 'in the worker' ? '1' : '0',
    });
    let left = 0;
    for await (const { doc } of readLog(dir)) if (decodeEvent(doc).v === 1) left++;
    expectNoCanary(dir, ended.stderr);
    return { ...ended, left, dir };
  }

  const sinkForTest = async (): Promise<HttpSink> => {
    const sink = await httpSink();
    onTestFinished(() => sink.close().catch(() => undefined));
    return sink;
  };

  test.each([
    ['end', { code: 0, signal: null }],
    ['flushed', { code: null, signal: 'SIGKILL' }],
  ])('%s: what was recorded has arrived when the process has ended', async (way, end) => {
    const sink = await sinkForTest();
    const { code, signal, stderr, left } = await run(way, sink);
    expect({ code, signal }, stderr).toEqual(end);
    expect(sink.stored()).toHaveLength(way === 'end' ? 1 : 250);
    expect(sink.requests.every(({ headers }) => headers.authorization === `Bearer ${CANARY}`)).toBe(true);
    if (way === 'end') expect(left).toBe(0);
    expect(stderr).toContain(`go to ${sink.url}\n`);
  });

  test.each([
    ['exit', 3],
    ['throw', 1],
  ])('%s: the application ends as it would have, and what has not arrived is in the folder', async (way, code) => {
    const sink = await sinkForTest();
    const ended = await run(way, sink);
    expect(ended.code, ended.stderr).toBe(code);
    expect(new Set(sink.stored()).size + ended.left).toBeGreaterThanOrEqual(1);
  });

  test.each(['mute', 'down'])('an endpoint that is %s does not hold up the end, and the events stay', async (what) => {
    const sink = await sinkForTest();
    sink.script(() => 'silence');
    if (what === 'down') await sink.down();
    const { code, left, stderr } = await run('end', sink);
    expect(code, stderr).toBe(0);
    expect(left).toBe(1);
    expect(stderr).toMatch(/PAN65(30|31|32): http:\/\/127\.0\.0\.1:\d+\/events does not take events/);
    if (what === 'down') await sink.up();
  });

  test('what an endpoint refuses for good is a dead letter with its reason', async () => {
    const sink = await sinkForTest();
    sink.script(() => ({ status: 207, stores: true, body: '{"refused":[{"index":0,"reason":"no such tenant"}]}' }));
    const { left, dir } = await run('end', sink);
    expect(left).toBe(0);
    const [letters = ''] = readdirSync(path.join(dir, 'dead-letter'));
    expect(readFileSync(path.join(dir, 'dead-letter', letters), 'utf8')).toContain('no such tenant');
  });
});
