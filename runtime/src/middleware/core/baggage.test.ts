import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseBaggage } from './baggage.ts';

const ALLOWED = ['tenant_id', 'plan', 'a!b'];

it.each([
  ['one member', 'tenant_id=ada', { tenant_id: 'ada' }],
  ['only what is allowed', 'tenant_id=ada,secret=1,plan=pro', { tenant_id: 'ada', plan: 'pro' }],
  ['white space around everything', ' tenant_id\t= ada , plan =pro ', { tenant_id: 'ada', plan: 'pro' }],
  ['properties left out', 'tenant_id=ada;ttl=30;internal, plan = pro ; k = v', { tenant_id: 'ada', plan: 'pro' }],
  ['percent-encoding', 'tenant_id=Ad%C3%A9le%20%2C%3B%25', { tenant_id: 'Adéle ,;%' }],
  ['octets that are no UTF-8', 'tenant_id=a%C3%28%FFb', { tenant_id: 'a\uFFFD(\uFFFDb' }],
  ['a percent sign that encodes nothing', 'tenant_id=100%zz%4', { tenant_id: '100%zz%4' }],
  ['an equals sign in the value', 'tenant_id=a=b==', { tenant_id: 'a=b==' }],
  ['an empty value', 'tenant_id=', { tenant_id: '' }],
  ['the last of several', 'tenant_id=ada,tenant_id=bob', { tenant_id: 'bob' }],
  ['keys by their case', 'Tenant_Id=ada', {}],
  ['any token as a key', 'a!b=1', { 'a!b': '1' }],
  ['members that are none', ',,=x,tenant_id,;plan=pro,"tenant_id"=x', {}],
  ['values with forbidden octets', 'tenant_id=a b,plan="pro"', {}],
  ['values that are no ASCII', 'tenant_id=Adéle,plan=pro', { plan: 'pro' }],
])('takes %s', (_, header, expected) => {
  expect(parseBaggage(header, ALLOWED)).toEqual(expected);
});

it('reads 64 members and 8192 bytes, and leaves the rest alone', () => {
  const others = Array.from({ length: 63 }, (_, n) => `k${n}=v`).join(',');
  expect(parseBaggage(`${others},plan=pro,tenant_id=ada`, ALLOWED)).toEqual({ plan: 'pro' });
  const long = 'x'.repeat(8192 - 'k=,tenant_id=ada'.length);
  expect(parseBaggage(`k=${long},tenant_id=ada`, ALLOWED)).toEqual({ tenant_id: 'ada' });
  expect(parseBaggage(`k=${long}x,tenant_id=ada`, ALLOWED)).toEqual({});
});

it('gives back every value that was encoded, and never throws', () => {
  const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());
  fc.assert(
    fc.property(text, (value) => {
      expect(parseBaggage(`plan=${encodeURIComponent(value)}`, ALLOWED)).toEqual({ plan: value });
    }),
  );
  fc.assert(fc.property(fc.string(), (header) => void parseBaggage(header, ALLOWED)));
});
