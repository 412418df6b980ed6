import { runtimeState } from '../../instrument/state.ts';
import type { Driver } from './driver.ts';
import { isWhole } from './whole.ts';

/** A document for the driver: what it looks at is there, and everything else goes out as it was frozen. */
export interface FrozenDocument {
  [field: string]: unknown;
  readonly _id: InstanceType<Driver['ObjectId']>;
}

type FrozenIdClass = new (id: Uint8Array, behind: Uint8Array) => InstanceType<Driver['ObjectId']>;

const ID_BYTES = 12;
/** `\x07_id\0` */
const ID_KEY = [7, 0x5f, 0x69, 0x64, 0];
/** `\x10v\0` */
const VERSION_KEY = [16, 0x76, 0];

/**
 * The document as the driver's own `serialize` writes it, byte for byte: fields before the `_id` as values, and an `_id`
 * that writes what stands behind it, too. Decoding a document into values and encoding those again would take longer
 * than everything else that happens to an event. Undefined for bytes of another shape or that are not whole.
 */
export function frozenDocument(driver: Driver, doc: Uint8Array): FrozenDocument | undefined {
  const FrozenId = frozenIdOf(driver);
  return FrozenId && isWhole(doc) ? build(FrozenId, doc) : undefined;
}

function build(FrozenId: FrozenIdClass, doc: Uint8Array): FrozenDocument | undefined {
  const versioned = holds(doc, 4, VERSION_KEY);
  const key = versioned ? 4 + VERSION_KEY.length + 4 : 4;
  if (!holds(doc, key, ID_KEY)) return undefined;
  const id = key + ID_KEY.length;
  const end = doc.length - 1;
  const _id = new FrozenId(doc.subarray(id, id + ID_BYTES), doc.subarray(id + ID_BYTES, end));
  return versioned
    ? { v: new DataView(doc.buffer, doc.byteOffset).getInt32(4 + VERSION_KEY.length, true), _id }
    : { _id };
}

const holds = (bytes: Uint8Array, at: number, expected: readonly number[]): boolean =>
  expected.every((byte, index) => bytes[at + index] === byte);

/**
 * One class for each driver that is loaded: its serializer takes instances of its own version only. Undefined for a driver
 * that writes ids in another way: it would store events without what stands behind their id, and call that a success.
 */
function frozenIdOf(driver: Driver): FrozenIdClass | undefined {
  const { extensions } = runtimeState();
  const classes = (extensions.frozenIds ??= new WeakMap()) as WeakMap<object, { made: FrozenIdClass | undefined }>;
  let known = classes.get(driver.ObjectId);
  if (known === undefined) {
    const made = makeClass(driver);
    known = { made: writesWhole(driver, made) ? made : undefined };
    classes.set(driver.ObjectId, known);
  }
  return known.made;
}

function makeClass({ ObjectId }: Driver): FrozenIdClass {
  return class FrozenId extends ObjectId {
    readonly #behind: Uint8Array;

    constructor(id: Uint8Array, behind: Uint8Array) {
      super(id);
      this.#behind = behind;
    }

    /** What the serializer calls for the bytes of an id, in every version since 6.3. */
    serializeInto(target: Uint8Array, index: number): number {
      target.set(this.id, index);
      target.set(this.#behind, index + ID_BYTES);
      return ID_BYTES + this.#behind.length;
    }
  };
}

/** Tried once with each driver, also as a part of another document, which is how `bulkWrite` sends it. */
function writesWhole({ BSON, ObjectId }: Driver, made: FrozenIdClass): boolean {
  try {
    const plain = { v: 1, _id: new ObjectId(), text: 'behind', deep: { list: [1, 2.5] } };
    const frozen = build(made, BSON.serialize(plain));
    return (
      Buffer.compare(BSON.serialize({ ...frozen }), BSON.serialize(plain)) === 0 &&
      Buffer.compare(
        BSON.serialize({ insert: 0, document: frozen }),
        BSON.serialize({ insert: 0, document: plain }),
      ) === 0
    );
  } catch {
    return false;
  }
}
