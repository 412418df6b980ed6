import type { Problem } from '../config/error.ts';
import { unknownIn } from '../config/known-options.ts';
import type { PanopticOptions } from '../config/options.ts';
import { Reader } from '../config/reader.ts';
import { callback, flag, headers, integer, oneOf, type Parse, Refused, text } from '../config/values.ts';
import { defaultConfig, type EdgeConfig, type EdgeOptions } from './options.ts';
import { isPage } from './page.ts';
import type { AsyncLocalStorageClass } from './storage.ts';

const KNOWN: Readonly<Record<keyof EdgeOptions, true>> = {
  endpoint: true,
  transport: true,
  headers: true,
  credentials: true,
  token: true,
  project: true,
  username: true,
  commit: true,
  waitUntil: true,
  asyncLocalStorage: true,
  onDiagnostic: true,
  disabled: true,
  maxEventsPerBatch: true,
  maxBytesPerBatch: true,
  maxWaitTimeMs: true,
  maxPendingEvents: true,
};

/** Options of a server that say where events go. */
const OF_SERVERS: readonly (keyof PanopticOptions)[] = [
  'mongodb',
  'http',
  'log',
  'dir',
  'worker',
  'routing',
  'resilience',
  'acknowledgement',
  'compressionEnabled',
  'env',
  'maxCollections',
  'maxPendingBatches',
  'quiet',
  'trace',
  'exporters',
];

/** What the server says of events that come without the token. */
const OF_TRUSTED = ['project', 'username'] as const;

export interface ResolvedEdge {
  readonly config: EdgeConfig;
  readonly asyncLocalStorage: AsyncLocalStorageClass | undefined;
  readonly problems: readonly Problem[];
}

/** Never throws: what is wrong is in `problems`, one entry a name. */
export function resolveEdge(options: EdgeOptions): ResolvedEdge {
  const reader = new Reader({}, {});
  const read = <T>(name: keyof EdgeOptions, parse: Parse<T>): T | undefined => reader.value(name, options[name], parse);
  const defaults = defaultConfig('');
  const config: EdgeConfig = {
    endpoint: read('endpoint', address) ?? '',
    transport: read('transport', oneOf(['endpoint', 'memory', 'none'])) ?? defaults.transport,
    headers: typeof options.headers === 'function' ? options.headers : read('headers', headers),
    credentials: read('credentials', oneOf(['omit', 'same-origin', 'include'])) ?? defaults.credentials,
    token: read('token', text),
    project: read('project', text),
    username: read('username', text),
    commit: read('commit', text),
    waitUntil: read('waitUntil', callback) as EdgeConfig['waitUntil'],
    disabled: read('disabled', flag) ?? defaults.disabled,
    maxEventsPerBatch: read('maxEventsPerBatch', integer(1, 500)) ?? defaults.maxEventsPerBatch,
    maxBytesPerBatch: read('maxBytesPerBatch', integer(1024, 1_000_000)) ?? defaults.maxBytesPerBatch,
    maxWaitTimeMs: read('maxWaitTimeMs', integer(1, 60_000)) ?? defaults.maxWaitTimeMs,
    maxPendingEvents: read('maxPendingEvents', integer(1, 100_000)) ?? defaults.maxPendingEvents,
  };
  read('onDiagnostic', callback);
  if (Object.hasOwn(options, 'endpoint') && options.endpoint === undefined) {
    const message = 'endpoint is undefined: is the variable set that it comes from?';
    reader.problems.push({ code: 'PAN4103', name: 'endpoint', message });
  }
  const asyncLocalStorage = read('asyncLocalStorage', callback) as AsyncLocalStorageClass | undefined;
  return { config, asyncLocalStorage, problems: [...reader.problems, ...misplaced(options), ...unknown(options)] };
}

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
  const problems: Problem[] = OF_SERVERS.filter(given).map((name) => ({
    code: 'PAN4150',
    name,
    message: `${name} is for a server. Here events go to \`endpoint\`; give ${name} to createPanoptic where createIngest() runs.`,
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

function unknown(options: EdgeOptions): Problem[] {
  const others = Object.fromEntries(
    Object.entries(options).filter(([name]) => !(OF_SERVERS as readonly string[]).includes(name)),
  );
  return unknownIn(others, KNOWN, '');
}
