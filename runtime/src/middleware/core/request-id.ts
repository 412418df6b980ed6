/** Printable ASCII: an id goes into logs and headers again, and comes from whoever sent the request. */
const USABLE = /^[\x21-\x7e]{1,128}$/;

/** The caller's id, where it is usable, else a new one. */
export const requestIdOf = (header: string | undefined): string =>
  header !== undefined && USABLE.test(header) ? header : crypto.randomUUID();
