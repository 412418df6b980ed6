import type { ComponentSites } from '@panoptic/codegen';

/** The raw file of a Vue or Svelte component: what has a query is a piece that its compiler made. */
export const COMPONENT: RegExp = /\.(?:vue|svelte)$/;

/** A piece of a component, except a script of a file of its own, which nobody else hands over. */
export const COMPONENT_PIECE: RegExp = /[?&](?:vue|svelte|astro)\b(?!.*[?&]src=)/;

/** Modules that the compilers make of components. */
export const COMPILED: RegExp = /\.(?:vue|svelte)(?:\?|$)/;

/**
 * What the rewritten components of one build call and do not declare, until their compilers have made modules of them:
 * one, or a second one for the script.
 */
export class Components {
  readonly #sites = new Map<string, ComponentSites>();

  /** Remembers the sites of a component as it was last read. */
  note(environment: string, file: string, sites: ComponentSites | undefined): void {
    const key = `${environment}\n${file}`;
    if (sites) this.#sites.set(key, sites);
    else this.#sites.delete(key);
  }

  /** Adds to a compiled module the site functions that it calls; undefined when it calls none. */
  complete(environment: string, id: string, code: string): { code: string; map: null } | undefined {
    const sites = this.#sites.get(`${environment}\n${id.replace(/\?.*$/, '')}`);
    if (!sites?.names.some((name) => code.includes(`${name}()`))) return undefined;
    // Nothing in front of it moves, so its map stays what it is.
    return { code: `${code}\n${sites.code}`, map: null };
  }
}
