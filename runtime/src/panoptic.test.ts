import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PanopticError } from './config/error.ts';
import { decodeEvent } from './event/document.ts';
import { site } from './instrument/node.ts';
import { runtimeState } from './instrument/state.ts';
import { readLog } from './log/reader.ts';
import { clearMemoryEvents, close, createPanoptic, flush, memoryEvents, stats } from './panoptic.ts';

const dir = mkdtempSync(join(tmpdir(), 'panoptic-api-'));
afterAll(async () => {
  await close();
  rmSync(dir, { recursive: true, force: true });
});

const handle = site(1, {
  id: 's',
  name: 'work',
  file: 'work.ts',
  line: 1,
  kind: 'function',
  async: false,
  provider: 'System',
  category: 'SYSTEM',
});
const work = (): void => handle.begin().end();

describe('in memory', () => {
  beforeEach(() => {
    createPanoptic({ transport: 'memory', project: 'my-app' });
    clearMemoryEvents();
  });

  test('a call can be looked at at once, without waiting and without fake timers getting in the way', () => {
    vi.useFakeTimers();
    work();
    vi.useRealTimers();
    expect(memoryEvents()).toMatchObject([{ projectId: 'my-app', metadata: { function_name: 'work' } }]);
  });

  test('events are forgotten between tests, and counted for ever', () => {
    const before = stats().recorded;
    work();
    clearMemoryEvents();
    expect(memoryEvents()).toEqual([]);
    expect(stats().recorded).toBe(before + 1);
  });

  test('a second createPanoptic with the same options keeps what there is', () => {
    work();
    createPanoptic({ transport: 'memory', project: 'my-app' });
    expect(memoryEvents()).toHaveLength(1);
  });

  test('a million calls in one turn stay within the bound, and what is lost is counted', async () => {
    const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
    createPanoptic({ transport: 'none', maxPendingBatches: 2 });
    const before = stats();
    for (let n = 0; n < 1_000_000; n++) work();
    await flush();
    const after = stats();
    expect(after.recorded - before.recorded).toBe(1_000_000);
    expect(after.dropped - before.dropped).toBeGreaterThanOrEqual(900_000);
    expect(after.waiting).toBe(0);
    expect((after.transport?.accepted ?? 0) + after.dropped - before.dropped).toBe(1_000_000);
    expect(stderr.mock.calls.flat().join()).toContain('PAN6502');
    stderr.mockRestore();
  });
});

describe('on disk', () => {
  test('flush() and close() put everything into the log, and a call after close() as well', async () => {
    const panoptic = createPanoptic({ transport: 'log', dir, project: 'my-app', quiet: true });
    work();
    await panoptic.flush();
    expect(await logged()).toBe(1);
    work();
    await panoptic.close();
    expect(await logged()).toBe(2);
    work();
    await panoptic.close();
    expect(await logged()).toBe(3);
    expect(panoptic.stats().transport).toMatchObject({ name: 'log', destination: dir, dropped: 0, pending: 0 });
  });

  test('another createPanoptic sends later events to the new place, and lets go of the old one', async () => {
    const [first, second] = ['first', 'second'].map((name) => join(dir, name)) as [string, string];
    createPanoptic({ transport: 'log', dir: first, quiet: true });
    work();
    await flush();
    createPanoptic({ transport: 'log', dir: second, quiet: true });
    work();
    await close();
    expect([await logged(first), await logged(second)]).toEqual([1, 1]);
  });

  test('memoryEvents() says where events go instead', () => {
    createPanoptic({ transport: 'log', dir, quiet: true });
    expect(() => memoryEvents()).toThrow(/PAN6504: Events are not kept in memory: the transport is log/);
  });
});

describe('createPanoptic', () => {
  test('lists every mistake and changes nothing', () => {
    createPanoptic({ transport: 'memory' });
    const before = { ...runtimeState() };
    const wrong = { maxEventsPerBatch: 0, env: '', transprot: 'log' } as object;
    const error = catchError(() => createPanoptic(wrong));
    expect(error).toBeInstanceOf(PanopticError);
    expect((error as PanopticError).problems.map(({ name }) => name).sort()).toEqual([
      'env',
      'maxEventsPerBatch',
      'transprot',
    ]);
    expect(runtimeState()).toEqual(before);
  });

  test('shows its configuration without the password', () => {
    const { config } = createPanoptic({ transport: 'memory', mongodb: { uri: 'mongodb://u:canary@host/db' } });
    expect(JSON.stringify(config)).not.toContain('canary');
    expect(config).toMatchObject({ transport: 'memory', env: 'test' });
  });
});

async function logged(folder = dir): Promise<number> {
  let count = 0;
  for await (const { doc } of readLog(folder)) if (decodeEvent(doc).metadata.function_name === 'work') count++;
  return count;
}

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
