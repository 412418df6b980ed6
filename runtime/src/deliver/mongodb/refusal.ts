import type { WriteError } from 'mongodb';

/** Server codes that name the document itself: it would be refused again, always. */
const PERMANENT: ReadonlySet<number | string | undefined> = new Set([
  2, // BadValue
  9, // FailedToParse
  14, // TypeMismatch
  22, // InvalidBSON
  52, // DollarPrefixedFieldName
  55, // InvalidDBRef
  56, // EmptyFieldName
  57, // DottedFieldName
  73, // InvalidNamespace
  121, // DocumentValidationFailure
  10334, // BSONObjectTooLarge
  11000, // DuplicateKey, of another index than _id_
  17280, // KeyTooLong
]);

/** The document is there already: an earlier attempt wrote it. On another index than `_id_` it would mean the opposite. */
export const isAlreadyThere = ({ code, errmsg }: Pick<WriteError, 'code' | 'errmsg'>): boolean =>
  code === 11000 && /^E11000 duplicate key error collection: \S+ index: _id_ dup key/.test(errmsg ?? '');

/** True when sending the same document again cannot help: the server refused it, or the driver could not encode it. */
export function isPermanent(error: { name?: string; code?: number | string | undefined }): boolean {
  return (
    PERMANENT.has(error.code) || (error.code === undefined && /^BSON|^MongoInvalidArgument/.test(error.name ?? ''))
  );
}
