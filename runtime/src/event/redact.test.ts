import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildChild, runChild } from '../../../fixtures/tools/child.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import type { PanopticOptions } from '../config/options.ts';
import { site } from '../instrument/node.ts';
import { readLog } from '../log/reader.ts';
import { clearMemoryEvents, createPanoptic, memoryEvents } from '../panoptic.ts';
import { decodeEvent } from './document.ts';

vi.spyOn(console, 'error').mockImplementation(() => {});
afterAll(() => void createPanoptic({ transport: 'memory' }));

const handle = site(1, { ...SITE_INFO, id: 'redact' });

/** What an error with this message tells in its event. */
function told(message: string, redact?: PanopticOptions['redact']) {
  const panoptic = createPanoptic({ transport: 'memory', ...(redact && { redact }) });
  clearMemoryEvents();
  const call = handle.begin();
  call.threw(new Error(message, { cause: new Error(`because of ${message}`) }));
  call.end();
  return { panoptic, error: memoryEvents()[0]?.error };
}

test('well-known secrets stand in no event, in no stack, and in no cause', () => {
  const { error } = told('refused: sk-proj-abcdefghijklmnop and mongodb://ann:hunter2@host/db');
  expect(error?.message).toBe('refused: *** and mongodb://host/db');
  expect(error?.stack).toContain('[cause]: Error: because of refused: ***');
  expect(JSON.stringify(error)).not.toMatch(/sk-proj|hunter2/);
});

test('nor does what the option names', () => {
  const { error, panoptic } = told('account 12-34 of Acme', ['Acme', /\d\d-\d\d/]);
  expect(error?.message).toBe('account *** of ***');
  expect(error?.stack).not.toMatch(/Acme|12-34/);
  // and the configuration does not tell the texts
  expect(panoptic.config.redact).toEqual(['***', /\d\d-\d\d/g]);
});

test('other patterns are another configuration', () => {
  expect(told('a 1', [/\d/]).error?.message).toBe('a ***');
  expect(told('a 1', [/[a-z]/]).error?.message).toBe('*** 1');
});

test.each([[[7]], [['']], [[/x*/]], ['all']])('refuses %j', (redact) => {
  expect(() => createPanoptic({ redact } as PanopticOptions)).toThrow(/^PAN4101: redact must be a list/);
});

const CHILD = `
import { site } from './instrument/node.ts';
import { createPanoptic, flush } from './index.ts';

createPanoptic({ redact: [/tenant-\\d+/, /^(a+)+$/] });
const handle = site(1, {
  id: 's', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
});
const fail = (message) => { const call = handle.begin(); call.threw(message); call.end(); };
fail('no such tenant-7');
fail('a'.repeat(64) + '!');
fail('tenant-8 again');
const [way] = process.argv.slice(2);
if (way === 'flush') await flush();
`;

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

test.each(['flush', 'exit'])(
  'a pattern that hangs holds up neither the worker nor the end of a process (%s)',
  async (way) => {
    const dir = scratchFolder();
    const env = { PANOPTIC_TRANSPORT: 'log', PANOPTIC_DIR: dir, PANOPTIC_QUIET: '1' };
    const { code, stderr } = await runChild(script, [way], env);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('PAN4162: redact[1] takes longer');
    const messages: (string | undefined)[] = [];
    for await (const { doc } of readLog(dir)) messages.push(decodeEvent(doc).error?.message);
    expect(messages).toEqual(['no such ***', '***', '*** again']);
  },
);
