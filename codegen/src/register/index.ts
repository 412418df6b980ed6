import { register } from 'node:module';
import { registerInBun } from './bun.ts';
import { patchCommonJs } from './commonjs.ts';
import { registerSyncHooks } from './sync-hooks.ts';

/**
 * `node --import @panoptic/codegen/register app.js`: annotated files are rewritten while Node loads them. Importing it is
 * the call, so it is the one module here that does something when it is loaded; a second copy does nothing.
 */
const REGISTERED = Symbol.for('@panoptic/codegen/register');

const registered = globalThis as { [REGISTERED]?: true };
if (!registered[REGISTERED]) {
  registered[REGISTERED] = true;
  if (!registerInBun()) {
    patchCommonJs();
    if (!registerSyncHooks()) register('./hooks.js', import.meta.url);
  }
}
