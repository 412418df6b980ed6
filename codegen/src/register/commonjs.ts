import Module from 'node:module';
import path from 'node:path';
import { notReconciled, reconcileText } from './load.ts';
import { readInstead } from './read-instead.ts';
import { rewriteFile } from './rewrite-file.ts';

/** What Node has and its types leave out. Compilers such as tsx replace extensions, and all of them end in `_compile`. */
interface Loader {
  readonly prototype: { _compile: Compile };
  readonly _extensions: Record<string, (module: NodeModule, file: string) => void>;
}

type Compile = (this: NodeModule, code: string, file: string, ...rest: unknown[]) => unknown;

/** Rewrites what the loader of CommonJS compiles, whichever hooks come before or after. */
export function patchCommonJs(): void {
  const loader = Module as unknown as Loader;
  const compile = loader.prototype._compile;
  let second: { file: string; restore: () => void } | undefined;

  loader.prototype._compile = function (code, file, ...rest) {
    const isSecond = second?.file === file;
    if (isSecond) second?.restore();
    const rewritten = rewriteFile(file);
    if (rewritten === undefined) return compile.call(this, code, file, ...rest);
    const source = reconcileText(code, rewritten);
    if (source !== undefined) return compile.call(this, source, file, ...rest);
    if (isSecond) throw notReconciled(rewritten);

    // A compiler has lost the comments: it compiles the file once more and reads the rewritten source.
    const { _extensions: extensions } = loader;
    const load = extensions[path.extname(file)] ?? extensions['.js'];
    const restore = readInstead((read) => (read === file ? rewritten.code : undefined));
    second = { file, restore };
    // What a compiler has put before the loader for this one file would compile its own output.
    Reflect.deleteProperty(this, '_compile');
    try {
      return load?.(this, file);
    } finally {
      restore();
      second = undefined;
    }
  };
}
