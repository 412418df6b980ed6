/** What is used of a browser's page; the types of Node know nothing of it. */
interface Browser {
  readonly document?: { readonly visibilityState: string };
  readonly navigator?: { readonly onLine?: boolean; sendBeacon?(url: string, body: string): boolean };
  addEventListener?(type: string, listener: () => void): void;
}

const browser = globalThis as unknown as Browser;

/** False in a worker, at an edge and in Node: there is no page that could be left, and many users may share what is there. */
export const isPage = (): boolean => browser.document !== undefined;

export const isHidden = (): boolean => browser.document?.visibilityState === 'hidden';

/** False also where nobody can tell. */
export const isOffline = (): boolean => browser.navigator?.onLine === false;

/** Hands a body to the browser, which sends it also when the page is gone; false where it takes no more. */
export function sendBeacon(url: string, body: string): boolean {
  try {
    return browser.navigator?.sendBeacon?.(url, body) === true;
  } catch {
    return false;
  }
}

/** Calls `leave` when the page may be about to go, which is the last that is seen of most pages, and `back` when it goes on. */
export function watchPage(leave: () => void, back: () => void): void {
  if (!isPage()) return;
  browser.addEventListener?.('pagehide', leave);
  browser.addEventListener?.('visibilitychange', () => (isHidden() ? leave() : back()));
  browser.addEventListener?.('pageshow', back);
  browser.addEventListener?.('online', back);
}
