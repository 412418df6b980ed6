import type { LoadFnOutput, LoadHookContext } from 'node:module';
import { fileURLToPath } from 'node:url';
import { fileError } from '../files/file-error.ts';
import { withoutMark } from '../files/read-text.ts';
import type { Rewritten } from '../files/rewrite.ts';
import { rewriteFile } from './rewrite-file.ts';

/** The file behind a URL that Node loads, rewritten; undefined when it stays as it is. */
export function rewriteUrl(url: string): Rewritten | undefined {
  return url.startsWith('file:') ? rewriteFile(fileURLToPath(url.replace(/[?#].*$/, ''))) : undefined;
}

/**
 * The code that runs in place of what a compiler or Node's loader made of a file.
 *
 * @returns undefined when a compiler made something of the text on disk: it has to read the rewritten one
 */
export function reconcileText(text: string, rewritten: Rewritten): string | undefined {
  if (rewritten.ids.every((id) => text.includes(id))) return text;
  return withoutMark(text) === rewritten.source ? rewritten.code : undefined;
}

/**
 * What came out of the hooks after ours, with the code that runs billed; undefined when they have to load once more. Without
 * a source, the loader of CommonJS reads the file: `commonjs.ts`.
 */
export function reconcile(result: LoadFnOutput, rewritten: Rewritten): LoadFnOutput | undefined {
  if (result.source === null || result.source === undefined) return result;
  const text = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
  const source = reconcileText(text, rewritten);
  if (source === undefined) return undefined;
  return source === text ? result : { ...result, source };
}

/** The second time, Node's own loader, at the end of all hooks, is given the source: compilers before it get that. */
export const contextWith = (context: LoadHookContext, { code }: Rewritten): LoadHookContext =>
  ({ ...context, source: code }) as LoadHookContext;

/** `PAN1402`: what runs is not what was rewritten. */
export const notReconciled = ({ source, place }: Rewritten): Error =>
  fileError({ code: 'PAN1402', message: 'Another module hook does not load the rewritten file.' }, source, place.file);
