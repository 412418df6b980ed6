import type { Problem } from '../config/error.ts';
import { unknownIn } from '../config/known-options.ts';
import type { PanopticOptions } from '../config/options.ts';
import { Reader } from '../config/reader.ts';
import { callback, flag, headers, integer, isObject, oneOf, type Parse, Refused, text } from '../config/values.ts';
import { defaultConfig, type EdgeConfig, type EdgeOptions } from './options.ts';
import { isPage } from './page.ts';
import type { AsyncLocalStorageClass } from './storage.ts';

/** Options of a server: where events go, and what becomes of its own calls. */
const OF_SERVERS: Readonly<Record<Exclude<keyof PanopticOptions, keyof EdgeOptions | 'providers'>, true>> = {
  mongodb: true,
  http: true,
  log: true,
  dir: true,
  worker: true,
  routing: true,
  resilience: true,
  acknowledgement: true,
  compressionEnabled: true,
  env: true,
  maxCollections: true,
  maxPendingBatches: true,
  quiet: true,
  sampling: true,
  rateLimit: true,
  dedupe: true,
  aggregate: true,
  timing: true,
  redact: true,
  logger: true,
  trace: true,
  exporters: true,
};

/** What the server says of events that come without the token. */
const OF_TRUSTED = ['project', 'username'] as const;

export interface ResolvedEdge {
  readonly config: EdgeConfig;
  readonly asyncLocalStorage: AsyncLocalStorageClass | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Never throws: what is wrong is in `problems`, one entry a name.
 * @param given as the application has given them: anything
 */
export function resolveEdge(given: EdgeOptions): ResolvedEdge {
  const options: EdgeOptions = isObject(given) ? given : {};
  const reader = new Reader({}, {});
  if (options !== given) reader.refuse('PAN4101', 'options', 'of createPanoptic must be an object');
  const known = parsers();
  const values: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(known)) {
    const value = reader.value(name, options[name as keyof EdgeOptions], parse);
    if (value !== undefined) values[name] = value;
  }
  if (Object.hasOwn(options, 'endpoint') && options.endpoint === undefined) {
    const message = 'endpoint is undefined: is the variable set that it comes from?';
    reader.problems.push({ code: 'PAN4103', name: 'endpoint', message });
  }
  const { asyncLocalStorage, onDiagnostic: _, ...config } = values as EdgeOptions;
  return {
    config: { ...defaultConfig(''), ...config },
    asyncLocalStorage,
    problems: [...reader.problems, ...misplaced(options), ...unknown(options, known)],
  };
}

/** What reads each option; no other is one. */
const parsers = (): Readonly<Record<keyof EdgeOptions, Parse<unknown>>> => ({
  endpoint: address,
  transport: oneOf(['endpoint', 'memory', 'none']),
  headers: (raw) => (typeof raw === 'function' ? raw : headers(raw)),
  credentials: oneOf(['omit', 'same-origin', 'include']),
  token: text,
  project: text,
  username: text,
  commit: text,
  waitUntil: callback,
  asyncLocalStorage: callback,
  onDiagnostic: callback,
  disabled: flag,
  maxEventsPerBatch: integer(1, 500),
  maxBytesPerBatch: integer(1024, 1_000_000),
  maxWaitTimeMs: integer(1, 60_000),
  maxPendingEvents: integer(1, 100_000),
});

/** A path means the server a page comes from; elsewhere it means nothing. */
const address: Parse<string> = (raw) => {
  if (typeof raw !== 'string' || raw.trim() === '') return new Refused('the address of a createIngest() handler');
  const { location } = globalThis as { location?: { href: string } };
  try {
    const { protocol, username, password } = new URL(raw, isPage() ? location?.href : undefined);
    // a test's page is about:blank
    if (username + password !== '') return new Refused('a URL without user and password');
    if (/^https?:$/.test(protocol)) return raw;
  } catch {
    if (isPage() && raw.startsWith('/')) return raw;
  }
  return new Refused('a URL that starts with http:// or https://, or a path in a page');
};

/** What is right elsewhere. */
function misplaced(options: EdgeOptions): Problem[] {
  const given = (name: string): boolean => (options as Record<string, unknown>)[name] !== undefined;
  const problems: Problem[] = Object.keys(OF_SERVERS)
    .filter(given)
    .map((name) => ({
      code: 'PAN4150',
      name,
      message: `${name} is for a server. Leave it out here, where events go to \`endpoint\`; createPanoptic takes it where createIngest() runs.`,
    }));
  if (given('token') && isPage()) {
    const message =
      'token is a secret, and everybody can read what a page holds. Leave it out; events of pages are untrusted.';
    problems.push({ code: 'PAN4151', name: 'token', message });
  }
  if (given('token')) return problems;
  for (const name of OF_TRUSTED.filter(given)) {
    const message = `${name} is what the server says of events without a token. Leave it out, or in a worker give token.`;
    problems.push({ code: 'PAN4152', name, message });
  }
  return problems;
}

function unknown(options: EdgeOptions, known: object): Problem[] {
  const others = Object.fromEntries(Object.entries(options).filter(([name]) => !Object.hasOwn(OF_SERVERS, name)));
  return unknownIn(others, known, '');
}
