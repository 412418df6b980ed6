/** What the server or the driver says of an event or a command. */
export interface Verdict {
  readonly name?: string;
  readonly code?: number | string | undefined;
}

/** Server codes that name the document itself: it would be refused again, always. */
const PERMANENT: ReadonlySet<number | string | undefined> = new Set([
  2, // BadValue
  9, // FailedToParse
  14, // TypeMismatch
  22, // InvalidBSON
  52, // DollarPrefixedFieldName
  53, // InvalidIdField
  55, // InvalidDBRef
  56, // EmptyFieldName
  57, // DottedFieldName
  73, // InvalidNamespace
  121, // DocumentValidationFailure
  10334, // BSONObjectTooLarge
  11000, // DuplicateKey, of another index than _id_
  17280, // KeyTooLong
]);

/** Server codes that time or a person heals, and that say nothing about a document. */
const HEALING: ReadonlySet<number | string | undefined> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  11, // UserNotFound
  13, // Unauthorized
  18, // AuthenticationFailed
  46, // LockBusy
  50, // MaxTimeMSExpired
  63, // StaleShardVersion
  64, // WriteConcernFailed
  79, // UnknownReplWriteConcern
  89, // NetworkTimeout
  91, // ShutdownInProgress
  100, // UnsatisfiableWriteConcern
  112, // WriteConflict
  134, // ReadConcernMajorityNotAvailableYet
  146, // ExceededMemoryLimit
  150, // StaleEpoch
  189, // PrimarySteppedDown
  202, // NetworkInterfaceExceededTimeLimit
  225, // TransactionTooOld
  234, // RetryChangeStream
  262, // ExceededTimeLimit
  317, // ConnectionPoolExpired
  358, // InternalTransactionNotSupported
  384, // ConnectionError
  391, // ReauthenticationRequired
  8000, // AtlasError
  9001, // SocketException
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13388, // StaleConfig
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
  14031, // OutOfDiskSpace
]);

/**
 * The document is there already: an earlier attempt wrote it. On another index than `_id_` it would mean the opposite, so
 * the message has to begin exactly like this: what follows are values of the document.
 */
export const isAlreadyThere = (
  answer: { code?: number | string | undefined; message: string },
  namespace: string,
): boolean =>
  answer.code === 11000 &&
  answer.message.startsWith(`E11000 duplicate key error collection: ${namespace} index: _id_ dup key`);

/** True when sending the same document again cannot help: the server refused it, or the driver could not encode it. */
export function isPermanent(error: Verdict): boolean {
  return (
    PERMANENT.has(error.code) || (error.code === undefined && /^BSON|^MongoInvalidArgument/.test(error.name ?? ''))
  );
}

/** True for what passes or can be put right without touching the event, and for everything without an answer. */
export function isHealing(error: Verdict & { errorLabels?: readonly string[] }): boolean {
  return typeof error.code !== 'number' || HEALING.has(error.code) || (error.errorLabels ?? []).some(isTransientLabel);
}

const isTransientLabel = (label: string): boolean =>
  /^(?:RetryableWriteError|TransientTransactionError|RetryableError|SystemOverloadedError)$/.test(label);
