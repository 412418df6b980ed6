import { maskUris } from '../config/mask-uri.ts';

/** Keys by what their issuers make them begin with: OpenAI and Anthropic, Groq, Stripe, AWS, GitHub, GitLab, Slack, Google, npm, … */
const KEYS =
  /\b(?:sk-[\w*-]{12,}|(?:gsk|r8|pcsk|sbp|hf|gh[oprsu]|github_pat)_\w{20,}|npm_\w{30,}|re_[A-Za-z\d]{8}_\w{16,}|(?:[rs]k_(?:live|test)|whsec)_\w{10,}|(?:pplx-|xai-|xapp-|sb_secret_|glpat-|ya29\.)[\w-]{16,}|xox[a-z]-[\w-]{10,}|AIza[\w-]{30,}|A(?:KIA|SIA)[A-Z\d]{16}|SG\.[\w-]{16,}\.[\w-]{16,})/g;

/** JSON web tokens, whole or cut. */
const TOKENS = /\beyJ[\w-]{16,}(?:\.[\w-]+)*/g;

const PRIVATE_KEYS = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g;

/** As in headers. What follows must look like no word. */
const AUTHORIZATION = /\b([Bb]earer|[Bb]asic|BEARER|BASIC)\s+(?=\S*(?:\d|[a-z][A-Z]|=))[\w.~+/=-]{8,}/g;

/**
 * What is called a secret, or ends with it: `password=…`, `AWS_SECRET_ACCESS_KEY=…`, up to where a word ends; in quotes
 * (`"apiKey": "…"`, also in JSON inside JSON) all that stands between them, or is left of a line that was cut. A text behind a
 * colon and a blank is prose.
 */
const NAMED =
  /((?:pass(?:word|wd|phrase)|pwd|secret|(?:api|access|account|private|secret)[_-]?key|token|signature|\bsig|authorization|cookie)(?:(?:\\*["'])?\s?[:=]\s?(\\*["'])|\s?=\s?|:(?=\S)))(?!\*\*\*)(?:(?:(?!\2)(?:\\.|[^\\\n]))+|(?:[^\s"'&,;)}\]\\]|\\(?!["']))+)/gi;

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
