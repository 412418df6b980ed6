import { afterAll, expect, it } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import * as server from '../index.ts';
import { site } from '../instrument/node.ts';
import { runtimeState } from '../instrument/state.ts';
import * as page from './client.ts';
import * as onNode from './on-node.ts';

afterAll(() => server.close());

it('leaves the events of a server that renders a page to the server', async () => {
  server.createPanoptic({ transport: 'memory', project: 'shop' });
  server.clearMemoryEvents();
  const { config, flush } = onNode.createPanoptic({ endpoint: '/panoptic', commit: 'c0ffee' });
  expect(config).toMatchObject({ commit: 'c0ffee' });
  site(1, SITE_INFO).begin().end();
  await flush();
  expect(server.memoryEvents()).toMatchObject([{ projectId: 'shop' }]);
  expect(server.memoryEvents()[0]?.metadata).not.toHaveProperty('untrusted');
  expect(runtimeState().extensions.edgeDelivery).toBeUndefined();
});

it('has the names that a page has', () => {
  expect(Object.keys(onNode).sort()).toEqual(Object.keys(page).sort());
});
