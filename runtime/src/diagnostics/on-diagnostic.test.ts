import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { setExecutionMetadata } from '../context/index.ts';
import { ABI } from '../instrument/abi.ts';
import { site } from '../instrument/node.ts';
import { close, createPanoptic, stats } from '../panoptic.ts';
import { type Diagnostic, saidByCause } from './say.ts';

const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});

afterEach(async () => {
  await close();
  saidByCause().clear();
  stderr.mockClear();
});

const info = { id: 's1', name: 'ask', file: 'a.ts', line: 1, kind: 'function', async: false } as const;
const ask = site(ABI, { ...info, provider: 'OpenAI', category: 'AI' });

/** A folder that nobody can make. */
const impossible = (): string => path.join(import.meta.filename, path.basename(scratchFolder()));

it('gets every problem with its count, also those that stderr does not repeat', async () => {
  const told: Diagnostic[] = [];
  const options = { dir: impossible(), transport: 'log', worker: false, quiet: true } as const;
  const panoptic = createPanoptic({ ...options, onDiagnostic: (diagnostic) => told.push(diagnostic) });
  ask.begin().end();
  await panoptic.flush();
  await panoptic.flush();
  const unwritable = told.filter(({ code }) => code === 'PAN6310');
  expect(unwritable.map(({ count }) => count)).toEqual(unwritable.map((_, index) => index + 1));
  expect(unwritable.length).toBeGreaterThan(1);
  expect(unwritable[0]?.message).toContain('cannot be written');
  expect(stderr.mock.calls.flat().filter((line) => String(line).includes('PAN6310'))).toHaveLength(1);
  const counted = Object.entries(stats().problems).filter(([cause]) => cause.startsWith('PAN6310'));
  expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(unwritable.length);
});

it('is not called again once it has thrown, and nobody else notices', async () => {
  const hook = vi.fn(() => {
    throw new Error('own');
  });
  const before = stats().recorded;
  const panoptic = createPanoptic({
    dir: impossible(),
    transport: 'log',
    worker: false,
    quiet: true,
    onDiagnostic: hook,
  });
  ask.begin().end();
  await panoptic.flush();
  await panoptic.flush();
  expect(hook).toHaveBeenCalledTimes(1);
  expect(stats().recorded).toBe(before + 1);
  expect(stats().internalErrors).toBe(0);
});

it('may be asynchronous: a promise that rejects ends nothing, and is the last', async () => {
  const hook = vi.fn(async () => {
    throw new Error('mine');
  });
  createPanoptic({ transport: 'memory', onDiagnostic: hook as never });
  setExecutionMetadata({});
  await new Promise(setImmediate);
  setExecutionMetadata({});
  expect(hook).toHaveBeenCalledTimes(1);
});
