/** Printable ASCII: an id goes into logs and headers again, and comes from whoever sent the request. */
const USABLE = /^[\x21-\x7e]{1,128}$/;

/** The last digits of an id are counted, in two steps; the others are drawn at random, anew when these are used up. */
const FIRST = /* @__PURE__ */ numerals(1);
const SECOND = /* @__PURE__ */ numerals(2);

let drawn = '';
let begun = '';
let given = 0;

/** The caller's id, where it is usable, else a new one in the form of a UUID. Drawing each whole would take 20 times as long. */
export function requestIdOf(header: string | undefined): string {
  if (header !== undefined && USABLE.test(header)) return header;
  const second = given % SECOND.length;
  if (second === 0) {
    const first = (given / SECOND.length) % FIRST.length;
    if (first === 0) drawn = crypto.randomUUID().slice(0, -3);
    begun = drawn + FIRST[first];
  }
  given++;
  return begun + SECOND[second];
}

/** All numbers of so many hex digits, made beforehand: turning a number into text is most of the time it takes. */
function numerals(digits: number): readonly string[] {
  return Array.from({ length: 16 ** digits }, (_, count) => count.toString(16).padStart(digits, '0'));
}
