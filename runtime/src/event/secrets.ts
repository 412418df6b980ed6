import { maskUris } from '../config/mask-uri.ts';

/** Keys by what their issuers make them begin with: OpenAI and Anthropic, Stripe, AWS, GitHub, GitLab, Slack, Google, npm, … */
const KEYS =
  /\b(?:sk-[\w*-]{12,}|[rs]k_(?:live|test)_\w{10,}|whsec_\w{10,}|A(?:KIA|SIA)[A-Z\d]{16}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|npm_\w{30,}|hf_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,})/g;

/** JSON web tokens, whole or cut. */
const TOKENS = /\beyJ[\w-]{16,}(?:\.[\w-]+)*/g;

const PRIVATE_KEYS = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g;

/** As in headers. What follows must look like no word. */
const AUTHORIZATION = /\b([Bb]earer|[Bb]asic|BEARER|BASIC)\s+(?=\S*(?:\d|[a-z][A-Z]|=))[\w.~+/=-]{8,}/g;

/** What is called a secret: `password=…`, `"apiKey": "…"`. A text behind a colon and a blank is prose. */
const NAMED =
  /((?:password|passwd|pwd|secret|secret[_-]?access[_-]?key|api[_-]?key|token)(?:["']?\s?:\s?["']|\s?=\s?["']?|:(?=\S)))(?!\*\*\*)[^\s"'&,;)}\]]+/gi;

/** Takes well-known secrets out of a text: connection strings and addresses as `maskUris` does, keys, tokens and passwords. */
export function withoutKnownSecrets(text: string): string {
  return maskUris(text)
    .replace(PRIVATE_KEYS, '***')
    .replace(AUTHORIZATION, '$1 ***')
    .replace(NAMED, '$1***')
    .replace(TOKENS, '***')
    .replace(KEYS, '***');
}

/** Finds e-mail addresses: `createPanoptic({ redact: [emailAddress] })`. */
export const emailAddress: RegExp = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
