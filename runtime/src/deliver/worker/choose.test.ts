import { afterEach, expect, it } from 'vitest';
import { scratchFolder } from '../../../../fixtures/tools/log-events.ts';
import { ABI } from '../../instrument/abi.ts';
import { site } from '../../instrument/node.ts';
import { close, createPanoptic, stats } from '../../panoptic.ts';

afterEach(() => close());

const info = { id: 's1', name: 'ask', file: 'a.ts', line: 1, kind: 'function', async: false } as const;
const ask = site(ABI, { ...info, provider: 'OpenAI', category: 'AI' });

it('says why the thread at hand delivers, where a worker was not wanted', async () => {
  const panoptic = createPanoptic({ dir: scratchFolder(), transport: 'log', worker: false, quiet: true });
  ask.begin().end();
  await panoptic.flush();
  expect(stats().worker).toEqual({ state: 'in-thread', restarts: 0, reason: 'worker: false' });
});

it('has no reason to say where the destination is worth no worker', async () => {
  const panoptic = createPanoptic({ transport: 'memory', quiet: true });
  ask.begin().end();
  await panoptic.flush();
  expect(stats().worker).toEqual({ state: 'off', restarts: 0 });
});
