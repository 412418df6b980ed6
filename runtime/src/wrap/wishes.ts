import type { CallEnd, CallValues, SiteInfo } from '../instrument/site.types.ts';
import type { ContextSnapshot } from '../instrument/state.ts';

/** What the options of one wrapper want of its calls. Its site may be that of other wrappers as well. */
export interface Wishes {
  /** Finds what the options that are functions find. */
  readonly asking: Asking | undefined;
  /** Gives the context of a call. */
  readonly context: ((held: Held) => ContextSnapshot | undefined) | undefined;
  /** Writes a line. */
  readonly line: ((end: CallEnd) => void) | undefined;
}

/** What a call is asked by when it has ended. */
export interface Held {
  readonly self: unknown;
  readonly args: ArrayLike<unknown>;
  /** Called with `new`: what was made is no result. */
  readonly isNew?: boolean;
  readonly wishes: Wishes;
}

export interface Asking {
  withResult(result: unknown, held: Held): CallValues;
  /** It has failed, or nobody knows the result. */
  without(held: Held): CallValues;
}

/** How a site hears of the end of calls, and passes it on to the wrapper whose call it was. */
export function heard({ asking, line }: Wishes): Pick<SiteInfo, 'onResult' | 'onUnknown' | 'onEnded'> {
  const wishesOf = (held: unknown): Wishes => (held as Held).wishes;
  return {
    ...(asking && {
      onResult: (result, held) => wishesOf(held).asking?.withResult(result, held as Held) ?? {},
      onUnknown: (held) => wishesOf(held).asking?.without(held as Held) ?? {},
    }),
    ...(line && { onEnded: (end) => wishesOf(end.held).line?.(end) }),
  };
}
