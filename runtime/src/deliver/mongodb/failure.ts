import { maskUri } from '../../config/mask-uri.ts';
import { adviceFor, type Facts } from './advice.ts';
import { withoutSecrets } from './secrets.ts';

/** Why an attempt failed: code, what happened and what to do, in one line without secrets. Has no `cause`: the driver's error may quote the connection string. */
export class MongodbFailure extends Error {
  override readonly name: string = 'MongodbFailure';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the driver rejected with, for a person. */
export function toFailure(error: unknown, uri: string): MongodbFailure {
  if (error instanceof MongodbFailure) return error;
  const errors = [...chain(error)];
  const { code, what, todo } = adviceFor(errors.map(factsOf));
  const reason = withoutSecrets(errors.at(-1)?.message ?? String(error), uri).replace(/[.\s]+$/, '');
  return new MongodbFailure(code, `${maskUri(uri)} ${what}: ${reason}. ${todo}`);
}

/** An error and what it came from: the driver wraps, and keeps the state of each server in `reason`. */
function* chain(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 8) return;
  yield error;
  const { reason, cause } = error as { reason?: { servers?: Map<string, { error?: unknown }> }; cause?: unknown };
  yield* chain(cause, depth + 1);
  if (!(reason?.servers instanceof Map)) return;
  for (const server of reason.servers.values()) yield* chain(server.error, depth + 1);
}

function factsOf(error: Error): Facts {
  const { name, message, code, errorLabels } = error as Error & { code?: unknown; errorLabels?: unknown };
  return { name, message, code, labels: Array.isArray(errorLabels) ? errorLabels.map(String) : [] };
}
