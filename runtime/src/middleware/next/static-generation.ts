import type { workUnitAsyncStorage } from 'next/dist/server/app-render/work-unit-async-storage.external.js';

/** Where Next notes what it is making at the moment; undefined until it is loaded, and where there is none. */
let works: typeof workUnitAsyncStorage | undefined;
let loading: Promise<void> | undefined;
let isLoaded = false;

/** Pages that are made ahead are made for nobody: there is no request, and asking for one would be refused. */
export const isBuilding = (): boolean => process.env.NEXT_PHASE === 'phase-production-build';

/**
 * Whether Next makes a response to be kept, for nobody, because one of a route with `revalidate` has become old. Who reads the
 * headers then tells Next that the route cannot be kept, and no cache in front of it keeps its responses any more. What is being
 * made, Next notes in a store of its own alone.
 */
export const isMadeAhead = (): boolean => works?.getStore()?.type.startsWith('prerender') === true;

/**
 * To be called early, and awaited before the first question where it gives a promise: what Next makes ahead may not wait for
 * anything it does not know of. Never rejects: where Next has no such store, nothing is known to be made ahead.
 */
export const loadWorks = (): Promise<void> | undefined => (isLoaded ? undefined : (loading ??= load()));

async function load(): Promise<void> {
  try {
    // nothing is kept that was made at an edge, and nothing can be loaded there
    if (process.env.NEXT_RUNTIME === 'edge') return;
    // by Node, not by the bundler: there is one for all of a process
    ({ workUnitAsyncStorage: works } = await import(
      /* webpackIgnore: true */ /* turbopackIgnore: true */
      'next/dist/server/app-render/work-unit-async-storage.external.js'
    ));
  } catch {
    works = undefined;
  } finally {
    isLoaded = true;
  }
}
