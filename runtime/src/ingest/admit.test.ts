import { serialize } from 'bson';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { ExecutionMetadata } from '../context/metadata.types.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { decodeEvent } from '../event/document.ts';
import { documentProblems } from '../event/document-check.ts';
import { fromJson } from '../event/json.ts';
import { useProviders } from '../providers/in-use.ts';
import { admit, type Court, type EventRefusal } from './admit.ts';
import { storedId } from './client-id.ts';
import { readIdentity } from './identity.ts';
import { type Arrival, type IngestOptions, resolveIngest } from './options.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const ID = '665b0e40a1b2c3d4e5f60001';

const EVENT: BillingEvent = {
  v: 1,
  _id: ID,
  ts: new Date(NOW - 2000).toISOString(),
  category: 'AI',
  provider: 'OpenAI',
  resource: 'ask',
  quantity: 1,
  unit: 'execution',
  price: { status: 'unpriced', reason: 'no rate card' },
  outcome: 'ok',
  metadata: { function_name: 'ask', duration_ms: 3, tenant_id: 'claimed', untrusted: true },
} as Partial<BillingEvent> as BillingEvent;

function court(options: IngestOptions = {}, arrival: Partial<Arrival> = {}, more: Partial<Court> = {}): Court {
  return {
    options: resolveIngest(options),
    origin: { project: 'shop', env: 'production', username: 'acme-eu' },
    identity: readIdentity(arrival.identity),
    arrival: { trusted: false, address: undefined, identity: undefined, events: 1, ...arrival },
    nowMs: NOW,
    skewMs: 0,
    ...more,
  };
}

const admitted = (raw: object, place: Court = court()): BillingEvent => {
  const result = admit(raw, place);
  if ('code' in result) throw new Error(`${result.code}: ${result.reason}`);
  return result;
};
const refused = (raw: unknown, place: Court = court()): string => {
  const result = admit(raw, place);
  return 'code' in result ? `${result.code} ${result.reason}` : 'taken';
};

it('is what the client says, in the place the server says, and marked', () => {
  expect(admitted(EVENT)).toEqual({
    ...EVENT,
    _id: storedId(ID),
    projectId: 'shop',
    env: 'production',
    username: 'acme-eu',
  });
  const { untrusted: _, ...honest } = EVENT.metadata;
  expect(admitted({ ...EVENT, metadata: honest }).metadata.untrusted).toBe(true);
  expect(admitted({ ...EVENT, metadata: { ...honest, untrusted: false } }).metadata.untrusted).toBe(true);
});

it.each<[string, object, string]>([
  ['another project', { projectId: 'theirs' }, 'PAN3321 projectId is for the server to say'],
  ['another account', { username: 'theirs' }, 'PAN3321 username is for the server to say'],
  ['another stage', { env: 'test' }, 'PAN3321 env is for the server to say'],
  [
    'many calls in one',
    { window: { from: EVENT.ts, to: EVENT.ts, count: 1e9, sum: 1, min: 1, max: 1 } },
    'PAN3321 window',
  ],
  ['a call that stands for millions', { sample_rate: 1e-9 }, 'PAN3321 sample_rate'],
  ['a provider of its own', { provider: 'Acme' }, 'PAN3321 no provider of the server is called "Acme"'],
  ['a closed month', { ts: '2026-04-30T12:00:00.000Z' }, 'PAN3322'],
  ['the future', { ts: '2026-06-02T12:00:00.000Z' }, 'PAN3322'],
  ['a time that is none', { ts: '2026-99-99T12:00:00.000Z' }, 'PAN3322'],
  ['an unknown field', { note: 'x' }, 'PAN3320 note is no field'],
  ['a field of the wrong type', { quantity: 'many' }, 'PAN3320 quantity must be a number'],
  ['an operator as a field', { $set: {} }, 'PAN3320'],
  ['a name that commands a terminal', { resource: '\u001b[2J' }, 'PAN3320 resource holds control characters'],
  ['a tag that does', { tags: ['a', '\u009b2J'] }, 'PAN3320 tags holds control characters'],
  ['a sum that nobody can read', { quantity: -1e300 }, 'PAN3320 quantity must be within'],
  ['a usage that nobody can', { usage: { tokens: { input: 1e300 } } }, 'PAN3320 usage must be within'],
  [
    'more time than there was',
    { metadata: { function_name: 'ask', duration_ms: 1e9 } },
    'PAN3320 metadata.duration_ms',
  ],
  ['less than no time', { metadata: { function_name: 'ask', duration_ms: -1 } }, 'PAN3320 metadata.duration_ms'],
  ['too much', { metadata: { ...EVENT.metadata, text: 'x'.repeat(40_000) } }, 'PAN3323'],
])('refuses %s', (_, fields, reason) => {
  expect(refused({ ...EVENT, ...fields })).toContain(reason);
});

it.each([null, 7, 'event', [], {}])('refuses %s', (raw) => expect(refused(raw)).toMatch(/^PAN3320/));

it('has no amount of a client, unless the server trusts amounts', () => {
  const paid = { ...EVENT, amount: '12.50', currency: 'USD', price: { status: 'priced', list: '99', card: 'mine' } };
  const free = admitted(paid);
  expect(free).not.toHaveProperty('amount');
  expect(free).not.toHaveProperty('currency');
  expect(free.price).toEqual({ status: 'unpriced', reason: 'amount of a client' });
  const kept = admitted(paid, court({ trustAmounts: true }));
  expect(kept).toMatchObject({ amount: '12.50', currency: 'USD', price: { status: 'priced', method: 'annotation' } });
  expect(kept.price).not.toHaveProperty('card');
  // saying that something is free is a claim, too
  expect(admitted({ ...EVENT, price: { status: 'free' } }).price).toEqual({
    status: 'unpriced',
    reason: 'no rate card',
  });
});

it('is for whom the server says', () => {
  const identity = { tenant_id: 'acme', user_id: 7, plan: 'pro', function_name: 'other' };
  const event = admitted({ ...EVENT, user: 'mallory' }, court({}, { identity }));
  expect(event.user).toBe('7');
  expect(event.metadata).toMatchObject({ tenant_id: 'acme', user_id: 7, plan: 'pro', function_name: 'ask' });
  // a client nobody knows says it alone, and is marked
  expect(admitted({ ...EVENT, user: 'mallory' }).user).toBe('mallory');
});

it.each<[string, object]>([
  ['undefined', { tenant_id: undefined, user_id: undefined }],
  ['null', { tenant_id: null, user_id: null }],
  ['nothing that can be written down', { tenant_id: () => {}, user_id: Symbol() }],
])('is for nobody where the server names nobody: %s', (_, identity) => {
  const said = { ...EVENT, user: 'mallory', metadata: { ...EVENT.metadata, user_id: 'mallory' } };
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { user, metadata } = admitted(said, court({}, { identity: identity as ExecutionMetadata }));
  expect([user, metadata.tenant_id ?? undefined, metadata.user_id ?? undefined]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('takes ids of a database for those they are, and nested facts of the server whole', () => {
  class ObjectId {
    toJSON(): string {
      return '665b0e40a1b2c3d4e5f60002';
    }
  }
  const identity = { user_id: new ObjectId(), tenant_id: 12n, org: { id: 1 } } as unknown as ExecutionMetadata;
  const said = { ...EVENT, user: 'mallory', metadata: { ...EVENT.metadata, org: { id: 2, admin: true } } };
  const { user, metadata } = admitted(said, court({}, { identity }));
  expect(user).toBe('665b0e40a1b2c3d4e5f60002');
  expect(metadata).toMatchObject({ user_id: '665b0e40a1b2c3d4e5f60002', tenant_id: 12 });
  expect(metadata.org).toEqual({ id: 1 });
});

it('keeps what workers with the secret say, but for the stage', () => {
  const trusted = court({}, { trusted: true });
  const window = { from: EVENT.ts, to: EVENT.ts, count: 3, sum: 9, min: 1, max: 5 };
  const said = { ...EVENT, projectId: 'worker', username: 'other', amount: '1', provider: 'Acme', window };
  const event = admitted(said, trusted);
  expect(event).toMatchObject({ projectId: 'worker', username: 'other', amount: '1', provider: 'Acme', window });
  expect(event.metadata).not.toHaveProperty('untrusted');
  expect(refused({ ...EVENT, env: 'production' }, trusted)).toMatch('PAN3321');
});

it('knows the providers of the table by their other names, and those it was told of', () => {
  expect(admitted({ ...EVENT, provider: 'openai' }).provider).toBe('OpenAI');
  expect(admitted({ ...EVENT, provider: 'Acme' }, court({ providers: ['Acme'] })).provider).toBe('Acme');
  useProviders({ Bare: { aliases: ['bare-inc'] } });
  expect(admitted({ ...EVENT, provider: 'bare-inc' }).provider).toBe('Bare');
  useProviders({});
});

it('hides in errors what the server hides', () => {
  const error = { type: 'Error', message: 'of acme: sk-proj-abcdefghijklmnop', stack: 'Error: of acme' };
  const origin = { project: 'shop', env: 'production', username: 'acme-eu', redact: ['acme'] };
  expect(admitted({ ...EVENT, outcome: 'error', error }, court({}, {}, { origin })).error).toEqual({
    type: 'Error',
    message: 'of ***: ***',
    stack: 'Error: of ***',
  });
});

it('stands what is nested deeper than it can be written down, and messages without end', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(refused(JSON.parse(`{"usage":{"a":${deep}}}`))).toMatch('PAN3323');
  const error = { type: 'Error', message: 'm'.repeat(9000), stack: 's'.repeat(9000) };
  const { error: kept } = admitted({ ...EVENT, outcome: 'error', error });
  expect([kept?.message.length, kept?.stack?.length]).toEqual([1024, 4096]);
});

it('puts a clock right that is wrong by hours', () => {
  const slow = { ...EVENT, ts: new Date(NOW - 3 * 86_400_000).toISOString() };
  expect(refused(slow)).toMatch('PAN3322');
  expect(admitted(slow, court({}, {}, { skewMs: 3 * 86_400_000 })).ts).toBe(new Date(NOW).toISOString());
});

it('is stored under an id that a client cannot choose, and always the same', () => {
  const chosen = 'f'.repeat(24);
  const event = admitted({ ...EVENT, _id: chosen, parent: ID });
  expect(event._id).not.toBe(chosen);
  expect(event._id).toBe(admitted({ ...EVENT, _id: chosen })._id);
  // in order of time, as the client's own, and linked as there
  expect(event._id.slice(0, 8)).toBe('ffffffff');
  expect(event.parent).toBe(admitted(EVENT)._id);
});

it('leaves the last word to accept(), and refuses where that fails', () => {
  expect(refused(EVENT, court({ accept: ({ quantity }) => quantity < 1 }))).toMatch('PAN3321');
  expect(refused(EVENT, court({ accept: ({ quantity }) => quantity < 2 }))).toBe('taken');
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const accept = (): never => {
    throw new Error('no');
  };
  expect(refused(EVENT, court({ accept }))).toMatch('PAN3321');
  // with a promise it is too late, whatever it comes to
  const later = (() => Promise.reject(new Error('no'))) as never;
  expect(refused(EVENT, court({ accept: later }))).toMatch('PAN3321');
  expect(said.mock.calls.join()).toContain('PAN3319');
});

it('never throws, and stores nothing but events of this server that are marked', () => {
  const fields = fc.record(
    Object.fromEntries(
      [
        ...Object.keys(EVENT),
        'projectId',
        'env',
        'username',
        'user',
        'usage',
        'amount',
        'parent',
        'tags',
        '__proto__',
      ].map((field) => [field, fc.option(fc.jsonValue({ maxDepth: 3 }), { freq: 3, nil: undefined })]),
    ),
    { requiredKeys: [] },
  );
  const metadata = fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 });
  const usage = fc.option(fc.oneof(fc.dictionary(fc.string(), fc.nat(), { maxKeys: 6 }), metadata), { nil: undefined });
  let taken = 0;
  fc.assert(
    fc.property(fields, metadata, usage, fc.boolean(), (changed, context, used, honest) => {
      const raw = { ...EVENT, usage: used, metadata: { ...context, ...EVENT.metadata }, ...(honest ? {} : changed) };
      const result: BillingEvent | EventRefusal = admit(JSON.parse(JSON.stringify(raw)), court());
      if ('code' in result) return;
      taken++;
      const document = decodeEvent(serialize(fromJson(result)));
      expect(documentProblems({ ...document })).toEqual([]);
      expect(document).toMatchObject({ projectId: 'shop', env: 'production', username: 'acme-eu' });
      expect(document.metadata.untrusted).toBe(true);
      expect(document.amount).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
  expect(taken).toBeGreaterThan(300);
});
