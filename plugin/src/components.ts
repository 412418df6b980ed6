import type { ComponentSites, TransformResult } from '@panoptic/codegen';

/** A piece of a component, except a script of a file of its own, which nobody else hands over. */
export const COMPONENT_PIECE: RegExp = /[?&](?:vue|svelte|astro)\b(?!.*[?&]src=)/;

/** Modules that the compilers make of components. */
export const COMPILED: RegExp = /\.(?:vue|svelte)(?:\?|$)/;

/** A component with its scripts rewritten. */
export interface Rewritten extends Pick<TransformResult, 'code' | 'map'> {
  readonly sites: ComponentSites;
}

interface Read {
  /** As it was handed over. */
  readonly source: string;
  readonly rewritten: Rewritten;
  /** Its latest reader was no client. */
  forServer: boolean;
  /** A compiled module got the site functions. */
  completed: boolean;
}

/**
 * What the rewritten components of one build call and do not declare, until their compilers have made modules of them:
 * one, or a second one for the script.
 */
export class Components {
  readonly #read = new Map<string, Read>();

  /** Remembers a component as it was last read for a server. */
  note(file: string, source: string, rewritten: Rewritten): void {
    this.#read.set(file, { source, rewritten, forServer: true, completed: false });
  }

  /** A component is read for a client, or holds nothing that can be billed. */
  leave(file: string): void {
    const read = this.#read.get(file);
    if (read) read.forServer = false;
  }

  has(file: string): boolean {
    return this.#read.has(file);
  }

  /**
   * The rewritten form of a component.
   *
   * @param source what the compiler has read: an older or newer text stays as it is
   * @param server undefined where the compiler was not told
   */
  rewritten(file: string, source: string, server: boolean | undefined): Rewritten | undefined {
    const read = this.#read.get(file);
    return read?.source === source && (server ?? read.forServer) ? read.rewritten : undefined;
  }

  /** Adds to a compiled module the site functions that it calls; undefined when it calls none. */
  complete(id: string, code: string): { code: string; map: null } | undefined {
    const read = this.#read.get(id.replace(/\?.*$/, ''));
    if (!read) return undefined;
    const { sites } = read.rewritten;
    if (!sites.names.some((name) => code.includes(`${name}()`))) return undefined;
    read.completed = true;
    // Nothing in front of it moves, so its map stays what it is.
    return { code: `${code}\n${sites.code}`, map: null };
  }

  /** Components that no compiler made a module of: their calls would not be billed. */
  get lost(): string[] {
    return [...this.#read].filter(([, read]) => read.forServer && !read.completed).map(([file]) => file);
  }
}
