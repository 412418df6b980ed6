import { isMainThread } from 'node:worker_threads';
import type { Config } from '../../config/options.ts';

/** Destinations that are worth a thread of their own. */
const TRANSPORTS: readonly Config['transport'][] = ['log', 'mongodb', 'http'];

/** Why the thread at hand delivers, although its destination would be worth a worker. */
export function whyWithoutWorker({ disabled, worker, transport }: Config): string | undefined {
  if (disabled || !TRANSPORTS.includes(transport)) return undefined;
  if (!isMainThread) return 'it is a worker thread of the application';
  return worker ? undefined : 'worker: false';
}

/** Whether events of this configuration are for a worker, if one can be had. One a process, and only for its main thread. */
export const isForWorker = ({ disabled, worker, transport }: Config): boolean =>
  isMainThread && worker && !disabled && TRANSPORTS.includes(transport);
