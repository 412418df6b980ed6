import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { prepareFolder } from '../log/destination.ts';
import { ownerFolders, segmentPath } from '../log/layout.ts';
import { logOutlet } from '../log/outlet.ts';
import { EXIT } from './exit-codes.ts';
import { run } from './program.ts';

const EVENTS = [
  sampleEvent({ ts: '2026-03-01T12:00:03.000Z', metadata: { duration_ms: 1500 } }),
  sampleEvent({ ts: '2026-03-01T12:00:01.000Z', model: 'gpt-4o', amount: '0.0125', currency: 'USD' }),
  sampleEvent({ ts: '2026-03-01T12:00:02.000Z', metadata: { tenant_id: 'globex', duration_ms: 0.25 } }),
  sampleEvent({
    ts: '2026-02-01T12:00:00.000Z',
    provider: 'System',
    category: 'SYSTEM',
    quantity: 1200,
    unit: 'line',
    outcome: 'error',
    error: { type: 'RangeError', message: 'too long\nsecond line' },
    metadata: { function_name: 'Desk.total', duration_ms: 12 },
  }),
];

function project(events: readonly BillingEvent[] = EVENTS): { root: string; dir: string; nested: string } {
  const root = scratchFolder();
  const nested = path.join(root, 'packages', 'desk', 'src');
  mkdirSync(nested, { recursive: true });
  const dir = path.join(root, '.panoptic');
  const transport = logOutlet({ dir });
  transport.append(events.map(frozenEvent));
  transport.closeSync();
  return { root, dir, nested };
}

it('reports from any folder of the project, and says where the events are', async () => {
  const { dir, nested } = project();
  const io = capturedIo(nested);
  expect(await run(['report'], io)).toBe(EXIT.ok);
  expect(io.out().replace(dir, '<dir>')).toMatchInlineSnapshot(`
    "function    provider  calls  errors      p50      p95    quantity  tenants      amount
    ──────────  ────────  ─────  ──────  ───────  ───────  ──────────  ───────  ──────────
    ask         OpenAI        3       0  5.00 ms   1.50 s           3        2  0.0125 USD
    Desk.total  System        1       1  12.0 ms  12.0 ms  1,200 line        1

    Events: <dir>
    "
  `);
  expect(io.err()).toBe('');
});

it('marks what was estimated from calls that were drawn', async () => {
  const drawn = { sample_rate: 0.3, amount: '0.01', currency: 'USD', metadata: { function_name: 'often' } };
  const { dir, root } = project([sampleEvent(drawn), sampleEvent(drawn), sampleEvent()]);
  const io = capturedIo(root);
  expect(await run(['report'], io)).toBe(EXIT.ok);
  expect(io.out().replace(dir, '<dir>')).toMatchInlineSnapshot(`
    "function  provider  calls  errors      p50      p95  quantity  tenants         amount
    ────────  ────────  ─────  ──────  ───────  ───────  ────────  ───────  ─────────────
    often     OpenAI       ~7       0  5.00 ms  5.00 ms    ~6.667        1  ~0.066667 USD
    ask       OpenAI        1       0  5.00 ms  5.00 ms         1        1

    ~ is an estimate: of those calls a share was recorded. Events: <dir>
    "
  `);
});

it('groups, limits and cuts by time', async () => {
  const { root } = project();
  const io = capturedIo(root);
  const flags = ['--by', 'month,tenant', '--since', '2026-03-01', '--until', '2026-03-01T12:00:03Z', '--json'];
  expect(await run(['report', ...flags], io)).toBe(EXIT.ok);
  const { rows, query } = JSON.parse(io.out());
  expect(query.from).toBe('2026-03-01T00:00:00.000Z');
  expect(rows).toMatchObject([
    { key: { month: '2026-03', tenant: 'acme' }, calls: 1, amount: { USD: '0.0125' } },
    { key: { month: '2026-03', tenant: 'globex' }, calls: 1, amount: {} },
  ]);
});

it('fits 100 columns with long names', async () => {
  const name = 'Repository.findEverythingThatWasEverWrittenDownAboutTheCustomerAndTheirOrders';
  const { root } = project([sampleEvent({ metadata: { function_name: name } }), ...EVENTS]);
  const io = capturedIo(root);
  await run(['report', '--by', 'function,provider,model,outcome'], io);
  const table = io.out().split('\n\n')[0] ?? '';
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(table).toMatch(/^Repo\w*…/m);
});

it('prints the latest events, newest last', async () => {
  const { dir, root } = project();
  const io = capturedIo(root);
  expect(await run(['events', '--limit', '3'], io)).toBe(EXIT.ok);
  expect(io.out().replace(dir, '<dir>')).toMatchInlineSnapshot(`
    "2026-03-01T12:00:01.000Z   5.00 ms  ask  OpenAI / gpt-4o  1 execution, 0.0125 USD, tenant acme
    2026-03-01T12:00:02.000Z    250 µs  ask  OpenAI  1 execution, tenant globex
    2026-03-01T12:00:03.000Z    1.50 s  ask  OpenAI  1 execution, tenant acme

    Events: <dir>
    "
  `);
  const all = capturedIo(root);
  await run(['events'], all);
  expect(all.out()).toMatch(/error RangeError too long$/m);
});

it('prints whole events as JSON, one a line and nothing else', async () => {
  const { root } = project();
  const io = capturedIo(root);
  expect(await run(['events', '--json'], io)).toBe(EXIT.ok);
  const lines = io.out().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([...EVENTS].sort((a, b) => (a.ts < b.ts ? -1 : 1)));
});

it('takes only the events of one env', async () => {
  const { root } = project([...EVENTS, sampleEvent({ env: 'production' })]);
  const io = capturedIo(root);
  await run(['events', '--json', '--env', 'production'], io);
  expect(io.out().trimEnd().split('\n')).toHaveLength(1);
});

it('follows: what is there, then what arrives, each once', async () => {
  const { root, dir } = project();
  const late = sampleEvent({ ts: '2026-03-05T00:00:00.000Z' });
  const writer = logOutlet({ dir });
  let appended = false;
  const io = capturedIo(root, {
    onWrite(out) {
      const lines = out.trimEnd().split('\n').length;
      if (lines === EVENTS.length && !appended) {
        appended = true;
        writer.append([frozenEvent(late)]);
      }
      if (out.includes(late._id)) setTimeout(io.stop, 600);
    },
  });
  expect(await run(['events', '--follow', '--json'], io)).toBe(EXIT.ok);
  writer.closeSync();
  const ids = io
    .out()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line)._id);
  expect(ids).toHaveLength(EVENTS.length + 1);
  expect(ids.at(-1)).toBe(late._id);
});

it('passes damage over and names it', async () => {
  const { root, dir } = project();
  const [folder = ''] = ownerFolders(dir);
  const file = segmentPath(folder, 1);
  const bytes = readFileSync(file);
  bytes.write('GLOBEX', bytes.indexOf('globex'));
  writeFileSync(file, bytes);
  const io = capturedIo(root);
  expect(await run(['report'], io)).toBe(EXIT.ok);
  expect(io.out()).toContain('ask         OpenAI        2');
  expect(io.err()).toMatch(/^Note: \d+ bytes passed over in .*segment 1, at \d+: not a readable record/);
});

it('says where events have been shipped', async () => {
  const { root, dir } = project([]);
  prepareFolder(dir, { transport: 'mongodb', destination: 'mongodb://db.example.net' });
  const io = capturedIo(root);
  expect(await run(['report'], io)).toBe(EXIT.ok);
  expect(io.out()).toBe(`No events yet in ${dir}\n`);
  expect(io.err()).toContain('go to mongodb://db.example.net');
  expect(io.err()).toContain('PANOPTIC_MONGODB_URI');
});

it('says that events go to another place than MongoDB, too', async () => {
  const { root, dir } = project();
  prepareFolder(dir, { transport: 'http', destination: 'https://billing.example.net/' });
  const io = capturedIo(root);
  expect(await run(['report'], io)).toBe(EXIT.ok);
  expect(io.err()).toContain('go to https://billing.example.net/; this folder holds only those still on their way.');
  expect(io.err()).not.toContain('PANOPTIC_MONGODB_URI');
});

it('takes the folder from --dir, else from PANOPTIC_DIR', async () => {
  const { dir } = project();
  const elsewhere = scratchFolder();
  for (const io of [capturedIo(elsewhere, { env: { PANOPTIC_DIR: dir } }), capturedIo(elsewhere)]) {
    const flags = io.env.PANOPTIC_DIR ? [] : ['--dir', path.relative(elsewhere, dir)];
    expect(await run(['report', ...flags], io)).toBe(EXIT.ok);
    expect(io.out()).toContain('Desk.total');
  }
});
