/** BSON types of what events hold. */
export const TYPE = {
  double: 1,
  text: 2,
  document: 3,
  array: 4,
  id: 7,
  boolean: 8,
  date: 9,
  null: 10,
  int32: 16,
  decimal: 19,
} as const;

/** Events share memory, so that one that is kept keeps this much at most, its own size apart. */
const CHUNK_BYTES = 64 * 1024;

/** Room for a usual event. */
const EVENT_BYTES = 1024;

/** Up to here a loop over the characters is quicker than a call into native code. */
const SHORT_TEXT = 48;

const HIGH_WORD = 2 ** 32;

/** Writes BSON documents, one behind the other, into memory that they share. */
export class BsonWriter {
  #bytes: Buffer;
  #view: DataView;
  #at = 0;
  /** Where the document begins. */
  #start = 0;
  /** Documents still to come. */
  #expected: number;

  /** @param expected documents that will be written */
  constructor(expected: number) {
    this.#expected = expected;
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, Math.max(1, expected) * EVENT_BYTES));
    this.#view = viewOf(this.#bytes);
  }

  /** Bytes of the document so far. */
  get length(): number {
    return this.#at - this.#start;
  }

  begin(): void {
    this.#start = this.#at;
    this.int32(0);
  }

  /** Ends the document and gives its bytes. */
  end(): Uint8Array {
    this.byte(0);
    this.#view.setInt32(this.#start, this.length, true);
    this.#expected--;
    const bytes = this.soFar();
    this.#start = this.#at;
    return bytes;
  }

  /** The document up to here; valid until more is written. */
  soFar(): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, this.#start, this.length);
  }

  /** Forgets the document that was begun, if one was. */
  abandon(): void {
    this.#at = this.#start;
  }

  /** Begins a document inside of the document; `close` takes what this gives. */
  open(): number {
    const mark = this.length;
    this.int32(0);
    return mark;
  }

  close(mark: number): void {
    this.byte(0);
    this.#view.setInt32(this.#start + mark, this.length - mark, true);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  int32(value: number): void {
    this.#room(4);
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** Four bytes, the highest first, as ids have them. */
  uint32BE(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  /** Bytes that are given as 24 hex digits; false where they are none. */
  id(hex: string): boolean {
    if (hex.length !== 24) return false;
    for (let at = 0; at < 24; at += 8) {
      const word = Number(`0x${hex.slice(at, at + 8)}`);
      if (Number.isNaN(word)) return false;
      this.uint32BE(word);
    }
    return true;
  }

  uint16BE(value: number): void {
    this.#room(2);
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
  }

  /** A date, ms since 1970. */
  date(ms: number): void {
    this.#room(8);
    this.#view.setUint32(this.#at, ms, true);
    this.#view.setInt32(this.#at + 4, Math.floor(ms / HIGH_WORD), true);
    this.#at += 8;
  }

  /** Type and name of an element. */
  element(type: number, name: string): void {
    this.byte(type);
    this.#characters(name);
    this.byte(0);
  }

  /** An element in the type that bson gives a number: int32 where that holds it. */
  number(name: string, value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.element(TYPE.int32, name);
      this.int32(value);
    } else {
      this.element(TYPE.double, name);
      this.double(value);
    }
  }

  /** An element that is a text. */
  text(name: string, value: string): void {
    this.element(TYPE.text, name);
    const mark = this.length;
    this.int32(0);
    this.#characters(value);
    this.byte(0);
    this.#view.setInt32(this.#start + mark, this.length - mark - 4, true);
  }

  /** Unpaired surrogates become U+FFFD, as everywhere in UTF-8. */
  #characters(text: string): void {
    const { length } = text;
    this.#room(length > SHORT_TEXT ? Buffer.byteLength(text) : length * 3);
    const bytes = this.#bytes;
    let at = this.#at;
    if (length <= SHORT_TEXT) {
      let index = 0;
      for (; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code > 127) break;
        bytes[at++] = code;
      }
      if (index === length) {
        this.#at = at;
        return;
      }
    }
    this.#at += bytes.write(text, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) this.#grow(bytes);
  }

  /** Goes on in memory of its own; documents that are finished stay where they are. */
  #grow(bytes: number): void {
    const { length } = this;
    const rest = Math.min(CHUNK_BYTES, this.#expected * EVENT_BYTES);
    const grown = Buffer.allocUnsafeSlow(Math.max(rest, 2 * (length + bytes)));
    grown.set(this.#bytes.subarray(this.#start, this.#at));
    this.#bytes = grown;
    this.#view = viewOf(grown);
    this.#start = 0;
    this.#at = length;
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): DataView => new DataView(buffer, byteOffset, byteLength);
