import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, test } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { site } from '../instrument/node.ts';
import { clearMemoryEvents, flush, memoryEvents } from '../panoptic.ts';
import { ACKNOWLEDGED_CHANNEL, type Acknowledged } from './acknowledged.ts';

const heard: Acknowledged[] = [];
const listen = (message: unknown): void => void heard.push(message as Acknowledged);
afterEach(() => {
  unsubscribe(ACKNOWLEDGED_CHANNEL, listen);
  heard.length = 0;
  clearMemoryEvents();
});

test('subscribers hear the ids of events when they are safe, in lots', async () => {
  subscribe('panoptic:acknowledged', listen);
  const work = site(1, { ...SITE_INFO });
  for (let n = 0; n < 300; n++) work.begin().end();
  expect(heard).toEqual([]);
  await flush();
  expect(heard.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  expect(new Set(heard.map(({ level }) => level))).toEqual(new Set(['process']));
  expect(heard.flatMap((lot) => lot.ids())).toEqual(memoryEvents().map(({ _id }) => _id));
});
