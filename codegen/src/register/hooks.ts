import type { InitializeHook, LoadHook } from 'node:module';
import { contextWith, notReconciled, reconcile, rewriteUrl } from './load.ts';
import { readInstead } from './read-instead.ts';
import { rewriteFile } from './rewrite-file.ts';

/** Hooks for Nodes that run them in a thread of their own: those without `hasSyncHooks`. Nothing but hooks reads files there. */
export const initialize: InitializeHook = () => {
  readInstead((file) => rewriteFile(file)?.code);
};

export const load: LoadHook = async (url, context, nextLoad) => {
  const rewritten = rewriteUrl(url);
  const first = await nextLoad(url, context);
  if (rewritten === undefined) return first;
  const billed =
    reconcile(first, rewritten) ?? reconcile(await nextLoad(url, contextWith(context, rewritten)), rewritten);
  if (billed === undefined) throw notReconciled(rewritten);
  return billed;
};
