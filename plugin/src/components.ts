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
  /** What was read of it last for this side is this. */
  current: boolean;
  /** A compiled module got the site functions. */
  completed: boolean;
}

/**
 * What the rewritten components of one build call and do not declare, until their compilers have made modules of them:
 * one, or a second one for the script. Servers and browsers have their own, which import different parts of the runtime.
 */
export class Components {
  readonly #server = new Map<string, Read>();
  readonly #client = new Map<string, Read>();
  /** Files whose latest reader was a client. */
  readonly #latestClient = new Set<string>();

  /** Remembers a component as it was last read for a server, or for a client that records. */
  note(file: string, source: string, rewritten: Rewritten, client = false): void {
    this.#readBy(client).set(file, { source, rewritten, current: true, completed: false });
    this.#setLatest(file, client);
  }

  /** A component is read anew, for a client that records nothing, or with nothing in it that can be billed. */
  leave(file: string, client: boolean): void {
    const read = this.#readBy(client).get(file);
    if (read) read.current = false;
    this.#setLatest(file, client);
  }

  has(file: string): boolean {
    return this.#server.has(file) || this.#client.has(file);
  }

  /**
   * The rewritten form of a component.
   *
   * @param source what the compiler has read: an older or newer text stays as it is
   * @param server undefined where the compiler was not told
   */
  rewritten(file: string, source: string, server: boolean | undefined): Rewritten | undefined {
    const client = server === undefined ? this.#latestClient.has(file) : !server;
    const read = this.#readBy(client).get(file);
    return read?.source === source && (server !== undefined || read.current) ? read.rewritten : undefined;
  }

  /** Adds to a compiled module the site functions that it calls; undefined when it calls none. */
  complete(id: string, code: string, client = false): { code: string; map: null } | undefined {
    const read = this.#readBy(client).get(id.replace(/\?.*$/, ''));
    if (!read) return undefined;
    const { sites } = read.rewritten;
    if (!sites.names.some((name) => code.includes(`${name}()`))) return undefined;
    read.completed = true;
    // Nothing in front of it moves, so its map stays what it is.
    return { code: `${code}\n${sites.code}`, map: null };
  }

  /** Components that no compiler made a module of: their calls would not be billed. */
  get lost(): string[] {
    return [...this.#server, ...this.#client]
      .filter(([, read]) => read.current && !read.completed)
      .map(([file]) => file);
  }

  #readBy(client: boolean): Map<string, Read> {
    return client ? this.#client : this.#server;
  }

  #setLatest(file: string, client: boolean): void {
    if (client) this.#latestClient.add(file);
    else this.#latestClient.delete(file);
  }
}
