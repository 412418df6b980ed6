/** What has a limit of its own. */
export type LimitScope = 'process' | 'provider' | 'function';

export const LIMIT_SCOPES: readonly LimitScope[] = ['process', 'provider', 'function'];

export interface RateLimitOptions {
  /** In the long run, over 0. */
  eventsPerSecond: number;
  /** Events at once after a pause. @default eventsPerSecond, at least 1 */
  burst?: number;
  /** What has a limit of its own. @default 'process' */
  per?: LimitScope;
}

export type RateLimitConfig = Readonly<Required<RateLimitOptions>>;
