import { Gauge, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { say } from '../diagnostics/say.ts';
import { leftOut } from '../event/invalid.ts';
import { ABI } from '../instrument/abi.ts';
import { site } from '../instrument/node.ts';
import { runtimeState } from '../instrument/state.ts';
import { createPanoptic, stats } from '../panoptic.ts';
import { NUMBERS, TEXTS } from './metrics.ts';
import { valueAt } from './paths.ts';
import { createPanopticRegistry } from './prometheus.ts';

/** Every leaf of an object by its path; a record of counts by code is one leaf, as its keys are data. */
function leavesOf(value: unknown, path = ''): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null || path === 'problems') return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}

/** Samples of a scrape: name with labels → value. */
function parse(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

const labelled = (name: string, labels: Readonly<Record<string, string>> = {}): string => {
  const list = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return list.length === 0 ? name : `${name}{${list.join(',')}}`;
};

/** A process in which everything that is counted has a number of its own. */
async function busyProcess(): Promise<void> {
  const transport = { version: 1, name: 'own', destination: 'a test', send: async () => ({}) } as const;
  const panoptic = createPanoptic({ dir: scratchFolder(), transport, quiet: true });
  const info = { id: 's1', name: 'ask', file: 'a.ts', line: 1, kind: 'function', async: false } as const;
  const ask = site(ABI, { ...info, provider: 'OpenAI', category: 'AI' });
  for (let call = 0; call < 7; call++) ask.begin().end();
  await panoptic.flush();
  const { counters } = runtimeState();
  counters.dropped += 3;
  counters.internalErrors += 2;
  for (let count = 0; count < 5; count++) leftOut('ask', 'usage', 'plain data');
  say('PAN6999', 'a test', 'PAN6999 one');
  say('PAN6999', 'a test', 'another one');
  say('PAN6999', 'a test', 'another one');
}

it('exposes every number of stats(), and the same', async () => {
  await busyProcess();
  const text = await createPanopticRegistry().metrics();
  const samples = parse(text);
  const current = stats();
  expect(samples.panoptic_events_recorded_total).toBe(7);
  for (const [path, value] of leavesOf(current)) {
    if (value === undefined) continue;
    if (typeof value === 'string') expect(Object.keys(TEXTS), `a metric for ${path}`).toContain(path);
    else expect(Object.keys(NUMBERS), `a metric for ${path}`).toContain(path);
  }
  for (const [path, { name, labels, key, factor = 1 }] of Object.entries(NUMBERS)) {
    const value = valueAt(current, path);
    if (typeof value === 'number') expect(samples[labelled(name, labels)], path).toBe(value * factor);
    else if (value !== undefined) expect(key, path).toBeDefined();
  }
  expect(samples['panoptic_problems_total{code="PAN6999"}']).toBe(3);
  const { resilience } = current.transport ?? {};
  expect(samples['panoptic_transport_info{transport="own",destination="a test"}']).toBe(1);
  expect(samples['panoptic_breaker_state{state="closed"}']).toBe(1);
  expect(samples['panoptic_breaker_state{state="open"}']).toBe(0);
  expect(samples.panoptic_breaker_state_since_timestamp_seconds).toBe(
    Date.parse(resilience?.breaker.since ?? '') / 1000,
  );
  for (const [path, { name, label, states }] of Object.entries(TEXTS)) {
    const value = valueAt(current, path);
    if (states !== undefined && value !== undefined) expect(states, path).toContain(value);
    if (label === undefined || value === undefined) continue;
    const sample = Object.keys(samples).find(
      (key) => key.startsWith(`${name}{`) && key.includes(`${label}="${value}"`),
    );
    expect(samples[sample ?? ''], path).toBe(1);
  }
  expect(text).toContain('# TYPE panoptic_events_recorded_total counter');
  expect(text).toContain('# TYPE panoptic_events_pending gauge');
});

it('reads the numbers when it is scraped', async () => {
  const register = createPanopticRegistry();
  const before = parse(await register.metrics()).panoptic_internal_errors_total ?? Number.NaN;
  runtimeState().counters.internalErrors++;
  expect(parse(await register.metrics()).panoptic_internal_errors_total).toBe(before + 1);
});

it('adds to a registry of the application, also twice', async () => {
  const register = new Registry();
  new Gauge({ name: 'own', help: "the application's", registers: [register] }).set(4);
  expect(createPanopticRegistry({ register })).toBe(register);
  createPanopticRegistry({ register });
  const samples = parse(await register.metrics());
  expect(samples.own).toBe(4);
  expect(samples.panoptic_events_recorded_total).toBe(stats().recorded);
});

it('speaks OpenMetrics as well, scrape after scrape', async () => {
  const register = createPanopticRegistry({ register: new Registry(Registry.OPENMETRICS_CONTENT_TYPE) });
  for (let scrape = 0; scrape < 2; scrape++) {
    createPanopticRegistry({ register });
    const text = await register.metrics();
    expect(text).toContain('# TYPE panoptic_events_recorded counter\npanoptic_events_recorded_total ');
    expect(text).toMatch(/# EOF\n$/);
  }
});
