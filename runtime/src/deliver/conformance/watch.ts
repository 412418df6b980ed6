import { fail } from 'node:assert/strict';
import { inspect } from 'node:util';

/** Longest wait for something that has to happen soon, ms: generous, because machines of tests are busy. */
const PATIENCE_MS = 30_000;

/** Resolves when the condition holds; fails when it does not for half a minute. */
export async function eventually(holds: () => boolean | Promise<boolean>, otherwise: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) fail(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How a promise ends; fails when it does not. */
export async function settles(promise: Promise<unknown>): Promise<'resolved' | 'rejected'> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  const end = await Promise.race([
    promise.then(
      () => 'resolved' as const,
      () => 'rejected' as const,
    ),
    never,
  ]);
  clearTimeout(timer);
  return end ?? fail('an attempt does not end');
}

/** The reason of a promise that has to reject. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  if ((await settles(promise)) === 'resolved') fail('acknowledged by a destination that is away');
  return promise.catch((error: unknown) => error);
}

/** Everything somebody could print of a value. */
export function shown(value: unknown): string {
  const own = value instanceof Error ? `${value.message} ${value.stack} ${shown(value.cause)}` : '';
  return `${own} ${inspect(value, { depth: 4 })} ${stringify(value)}`;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** Sockets and pipes that keep this process alive. */
export const socketsOpen = (): number =>
  process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Pipe|UDP|TTY)/.test(name)).length;
