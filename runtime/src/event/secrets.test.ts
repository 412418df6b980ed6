import { expect, test } from 'vitest';
import { emailAddress, withoutKnownSecrets } from './secrets.ts';

const long = 'Ab3dEf6hIj9lMn2pQr5tUv8xYz1B';

test.each([
  ['OpenAI', `Incorrect API key provided: sk-proj-${long}.`],
  ['OpenAI, half hidden', 'Incorrect API key provided: sk-proj-********************abcd.'],
  ['Anthropic', `key sk-ant-api03-${long}-x is revoked`],
  ['Stripe', `no such key: sk_live_${long}`],
  ['Stripe, restricted', `rk_test_${long}`],
  ['a webhook', `bad signature for whsec_${long}`],
  ['AWS', 'The key AKIAIOSFODNN7EXAMPLE does not exist'],
  ['AWS, temporary', 'ASIAIOSFODNN7EXAMPLE'],
  ['GitHub', `ghp_${long}${long}`],
  ['GitHub, fine grained', `github_pat_${long}_${long}`],
  ['GitLab', `glpat-${long}`],
  ['Slack', 'xoxb-123456789012-abcdef'],
  ['Google', `AIza${long}${long}`],
  ['Google, OAuth', `ya29.${long}`],
  ['npm', `npm_${long}${long}`],
  ['Hugging Face', `hf_${long}`],
  ['SendGrid', `SG.${long}.${long}`],
  ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'],
  ['half of one', 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'],
  ['a header', `authorization: Bearer ${long}`],
  ['another header', 'Authorization: Basic dXNlcjpwYXNz'],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${long}\n${long}\n-----END RSA PRIVATE KEY-----`],
  ['half of one', `-----BEGIN PRIVATE KEY-----\n${long}`],
  ['a password', 'password=hunter2 was refused'],
  ['JSON', '{"user":"ann","password":"hunter2"}'],
  ['what Node prints', "{ user: 'ann', password: 'hunter2' }"],
  ['a query', 'GET https://host/path?api_key=hunter2&page=3 failed'],
  ['a variable', 'AWS_SECRET_ACCESS_KEY=hunter2'],
  ['another one', 'OPENAI_API_KEY = "hunter2"'],
  ['a token', 'accessToken=hunter2'],
  ['an address', 'https://ann:hunter2@host/path'],
  ['a connection string', 'mongodb://ann:hunter2@a,b/db?authSource=admin'],
])('takes out the secret of %s', (_, text) => {
  const shown = withoutKnownSecrets(`before ${text} behind`);
  expect(shown).toMatch(/^before /);
  // of a key that was cut nobody knows the end
  if (!text.includes('BEGIN PRIVATE')) expect(shown).toMatch(/ behind$/);
  for (const secret of ['hunter2', long.slice(0, 8), 'EXAMPLE', 'dXNl', 'abcdef', 'abcd.', 'eyJ', '.eyJz']) {
    expect(shown).not.toContain(secret);
  }
  // once is enough
  expect(withoutKnownSecrets(shown)).toBe(shown);
});

test.each([
  'Unexpected token < in JSON at position 0',
  'Unexpected token: expected a string',
  'max_tokens: 4096 is too large; this model supports at most 2048 completion tokens',
  'Basic authentication is required',
  'bearer authorisation failed',
  'password: must be at least 8 characters',
  'the secret of success',
  "Cannot read properties of undefined (reading 'token')",
  'at Object.<anonymous> (/srv/app/src/task-risk-sk-lib.ts:10:3)',
  'https://api.openai.com/v1/chat/completions answers 429',
  'key must be a string',
  'npm_config_registry is not set',
])('leaves %j as it is', (text) => {
  expect(withoutKnownSecrets(text)).toBe(text);
});

test('e-mail addresses are for who asks', () => {
  const text = 'no account for Ann.O+desk@mail.example.co.uk, ask support@example.com.';
  expect(withoutKnownSecrets(text)).toBe(text);
  expect(text.replaceAll(emailAddress, '***')).toBe('no account for ***, ask ***.');
});
