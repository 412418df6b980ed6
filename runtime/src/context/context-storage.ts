import { createStorage } from '#storage';
import { type ContextStorage, runtimeState } from '../instrument/state.ts';

/** Made on first use: on Node 20 the first store in it makes every later `await` of the process dearer. */
export const contextStorage = (): ContextStorage => (runtimeState().storage ??= createStorage());
