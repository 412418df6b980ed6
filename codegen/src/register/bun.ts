import path from 'node:path';
import { INSTRUMENT } from '../abi.ts';
import { fileError } from '../files/file-error.ts';
import { placeOf } from '../files/place.ts';
import { readText } from '../files/read-text.ts';
import { rewriteFile } from './rewrite-file.ts';

/** What Bun has and this uses of it. */
interface Bun {
  plugin(plugin: { name: string; setup(build: Builder): void }): void;
}

interface Builder {
  onLoad(files: { filter: RegExp }, load: (file: { path: string }) => { contents: string; loader: string }): void;
}

/** Bun asks once for a file and wants an answer: whatever is matched is handed over by us. */
const OWN = /^(?!.*[\\/]node_modules[\\/]).*\.[cm]?[jt]sx?$/;

const MODULE = /^\s*(?:import|export)\b/m;
const COMMONJS = /\bmodule\.exports\b|\bexports\.\w+\s*=|\brequire\s*\(/;

/** @throws PanopticFileError `PAN1405` for CommonJS: Bun would take it for a module without exports */
function checked(file: string, code: string): string {
  const commonJs = code.includes(`require('${INSTRUMENT}')`) || (!MODULE.test(code) && COMMONJS.test(code));
  if (!commonJs) return code;
  const message = 'This file is CommonJS, and the hook of Bun can only hand over ES modules.';
  throw fileError({ code: 'PAN1405', message }, readText(file) ?? '', placeOf(file).file);
}

/**
 * `bun --preload @panoptic/codegen/register app.ts`: Bun loads files by itself, and has a hook of its own.
 *
 * @returns false where this is not Bun
 */
export function registerInBun(): boolean {
  const { Bun: bun } = globalThis as { Bun?: Bun };
  if (bun === undefined) return false;
  bun.plugin({
    name: 'panoptic',
    setup(build) {
      build.onLoad({ filter: OWN }, ({ path: file }) => {
        const code = rewriteFile(file)?.code ?? readText(file) ?? '';
        return { contents: checked(file, code), loader: path.extname(file).replace(/^\.[cm]?/, '') };
      });
    },
  });
  return true;
}
