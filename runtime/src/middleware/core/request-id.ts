/** Printable ASCII: an id goes into logs and headers again, and comes from whoever sent the request. */
const USABLE = /^[\x21-\x7e]{1,128}$/;

/** Digits of an id that are counted; the others are drawn at random, anew when these are used up. */
const COUNTED = 2;
const IDS_PER_DRAW = 16 ** COUNTED;

let drawn = '';
let given = 0;

/** The caller's id, where it is usable, else a new one in the form of a UUID. Drawing each whole would take 20 times as long. */
export function requestIdOf(header: string | undefined): string {
  if (header !== undefined && USABLE.test(header)) return header;
  if (given % IDS_PER_DRAW === 0) drawn = crypto.randomUUID().slice(0, -COUNTED);
  return drawn + (COUNTS[given++ % IDS_PER_DRAW] as string);
}

/** Made beforehand: turning a number into text is most of the time it takes. */
const COUNTS: readonly string[] = /* @__PURE__ */ Array.from({ length: IDS_PER_DRAW }, (_, count) =>
  count.toString(16).padStart(COUNTED, '0'),
);
