import type { Diagnostic } from '../diagnostics/say.ts';
import type { AsyncLocalStorageClass } from './storage.ts';

/** What `createPanoptic` takes in a browser and at an edge. */
export interface EdgeOptions {
  /**
   * Where events are posted: the address of a `createIngest` handler. In a page it may be a path; elsewhere it starts with
   * http:// or https://.
   * @default the plugin's option `endpoint`
   */
  endpoint?: string;
  /** `memory` keeps events for `memoryEvents()`, in tests; `none` records and throws away. @default 'endpoint' */
  transport?: EdgeTransportName;
  /**
   * Sent with every request, or what gives them each time; never shown. A page with headers says what is left when it goes
   * by `fetch`, because a beacon has none.
   */
  headers?: HeaderList | (() => HeaderList);
  /** Whether requests of a page carry its cookies: that of `fetch`. @default 'same-origin' */
  credentials?: 'omit' | 'same-origin' | 'include';
  /** The secret of `createIngest({ token })`: events that come with it are trusted. For workers; refused in a page. */
  token?: string;
  /** Name of the application, only with `token`. @default that of the server */
  project?: string;
  /** The deployment's own account, only with `token`. @default that of the server */
  username?: string;
  /** Commit of the build, noted in every event. @default none */
  commit?: string;
  /**
   * Keeps the invocation alive until what was recorded in it has been sent: `waitUntil` of `cloudflare:workers` or
   * `@vercel/functions`, `after` of `next/server`. Called in the invocation that records. Without it every invocation ends with
   * `ctx.waitUntil(flush())`.
   */
  waitUntil?: (promise: Promise<void>) => void;
  /** `AsyncLocalStorage` of `node:async_hooks`, where there is no global one. */
  asyncLocalStorage?: AsyncLocalStorageClass;
  /** Called for every problem, also for those that the console does not repeat. Must not throw. */
  onDiagnostic?: (diagnostic: Diagnostic) => void;
  /** Record nothing at all. @default false */
  disabled?: boolean;
  /** Events sent at once, 1 to 500. @default 50 */
  maxEventsPerBatch?: number;
  /** Bytes sent at once, 1024 to 1000000; a page that goes can send no more than 64 KiB. @default 60000 */
  maxBytesPerBatch?: number;
  /** How long an event may wait for its batch to fill, 1 to 60000 ms. @default 1000 */
  maxWaitTimeMs?: number;
  /** Events kept while the endpoint does not take them, 1 to 100000; newer ones are counted and dropped. @default 2000 */
  maxPendingEvents?: number;
}

export type EdgeTransportName = 'endpoint' | 'memory' | 'none';

export type HeaderList = Readonly<Record<string, string>>;

/** The options after defaults and validation. Holds the token: never print it whole. */
export interface EdgeConfig
  extends Readonly<
    Required<Pick<EdgeOptions, 'credentials' | 'maxEventsPerBatch' | 'maxBytesPerBatch' | 'maxWaitTimeMs'>> &
      Required<Pick<EdgeOptions, 'transport' | 'disabled' | 'maxPendingEvents'>>
  > {
  /** Absolute, or a path in a page; empty where the transport needs none. */
  readonly endpoint: string;
  readonly headers: EdgeOptions['headers'] | undefined;
  readonly token: string | undefined;
  readonly project: string | undefined;
  readonly username: string | undefined;
  readonly commit: string | undefined;
  readonly waitUntil: EdgeOptions['waitUntil'] | undefined;
}

/** What `Panoptic.config` shows: the configuration without secrets. */
export type PublicEdgeConfig = Omit<EdgeConfig, 'headers' | 'token' | 'waitUntil'>;

/** Without secrets. */
export function publicEdgeConfig({ headers: _, token: __, waitUntil: ___, ...config }: EdgeConfig): PublicEdgeConfig {
  return config;
}

/** Of a client whose build knows no more than its endpoint. */
export const defaultConfig = (endpoint: string): EdgeConfig => ({
  endpoint,
  transport: 'endpoint',
  headers: undefined,
  credentials: 'same-origin',
  token: undefined,
  project: undefined,
  username: undefined,
  commit: undefined,
  waitUntil: undefined,
  disabled: false,
  maxEventsPerBatch: 50,
  maxBytesPerBatch: 60_000,
  maxWaitTimeMs: 1000,
  maxPendingEvents: 2000,
});
