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
  ['Slack, of an app', `xapp-1-A0123-456-${long}`],
  ['xAI', `xai-${long}${long}`],
  ['a secret key', 'secret_key="hunter2"'],
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
  ['a domain account', String.raw`password=DESK\hunter2`],
  ['a variable', 'AWS_SECRET_ACCESS_KEY=hunter2'],
  ['another one', 'OPENAI_API_KEY = "hunter2"'],
  ['a token', 'accessToken=hunter2'],
  ['JSON in JSON', String.raw`body: "{\"password\":\"hunter2\",\"page\":3}"`],
  ['a phrase', 'passphrase: "hunter2, and some more of it"'],
  ['a phrase with quotes', String.raw`{ password: 'it\'s hunter2', page: 3 }`],
  ['headers', "headers: { 'X-Api-Key': 'hunter2', cookie: 'sid=hunter2; theme=hunter2' }"],
  ['a storage account', 'AccountName=desk;AccountKey=hunter2+hunter2/hunter2==;EndpointSuffix=core.windows.net'],
  ['an address that is signed', 'https://desk.blob.core.windows.net/a?sv=2024&sig=hunter2%3D&se=2026'],
  ['another one', 'https://bucket.s3.amazonaws.com/a?X-Amz-Signature=hunter2&X-Amz-Expires=60'],
  ['Groq', `gsk_${long}`],
  ['Perplexity', `pplx-${long}`],
  ['Replicate', `r8_${long}`],
  ['Pinecone', `pcsk_${long}`],
  ['Resend', `re_${long.slice(0, 8)}_${long}`],
  ['Supabase', `sb_secret_${long}`],
  ['an address', 'https://ann:hunter2@host/path'],
  ['an address with a password that is not encoded', 'redis://default:hun/hunter2?#@host:6379/0'],
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
  'https://registry.npmjs.org:8443/@panoptic/runtime is not found',
  'the signature: sha256 is not supported',
  "Unexpected token ',' and a cookie",
  're_initialize_connection is no function',
  'npm_config_registry is not set',
])('leaves %j as it is', (text) => {
  expect(withoutKnownSecrets(text)).toBe(text);
});

test('e-mail addresses are for who asks', () => {
  const text = 'no account for Ann.O+desk@mail.example.co.uk, ask support@example.com.';
  expect(withoutKnownSecrets(text)).toBe(text);
  expect(text.replaceAll(emailAddress, '***')).toBe('no account for ***, ask ***.');
});
