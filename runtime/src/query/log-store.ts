import { decodeEvent } from '../event/document.ts';
import type { StoredDocument } from '../event/json.ts';
import { readDestination } from '../log/destination.ts';
import { type LogProblem, type LogRecord, readLog } from '../log/reader.ts';
import { foldEvents } from './fold.ts';
import type { Store } from './store.types.ts';

/**
 * The log on disk as a store. `env` undefined: events of every `env`.
 * Damaged ranges are passed over and named in `notices`.
 */
export function logStore(dir: string, env: string | undefined): Store {
  const problems = new Map<string, LogProblem>();
  const onProblem = (problem: LogProblem): void => {
    problems.set(`${problem.owner} ${problem.segment} ${problem.offset}`, problem);
  };

  async function* events(records: AsyncIterable<LogRecord>): AsyncGenerator<StoredDocument> {
    for await (const { doc } of records) {
      const event: StoredDocument = decodeEvent(doc);
      if (env === undefined || event.env === env) yield event;
    }
  }

  return {
    kind: 'log',
    location: dir,
    notices: async () => [...damage(problems), ...shipped(dir)],
    latest: (limit) => newest(events(readLog(dir, { onProblem })), limit),
    async *follow(limit, signal) {
      const known = new Map<string, bigint>();
      const noted = note(readLog(dir, { onProblem }), known);
      yield* await newest(events(noted), limit);
      yield* events(beyond(readLog(dir, { follow: true, signal, onProblem }), known));
    },
    query: (query) => foldEvents(query, events(readLog(dir, { onProblem }))),
    close: async () => {},
  };
}

/** Passes records on and keeps the last sequence number of each owner. */
async function* note(records: AsyncIterable<LogRecord>, last: Map<string, bigint>): AsyncGenerator<LogRecord> {
  for await (const record of records) {
    last.set(record.owner, record.seq);
    yield record;
  }
}

async function* beyond(
  records: AsyncIterable<LogRecord>,
  last: ReadonlyMap<string, bigint>,
): AsyncGenerator<LogRecord> {
  for await (const record of records) if (record.seq > (last.get(record.owner) ?? 0n)) yield record;
}

/** The log is in order of writing, by owner: the newest by `ts` may be anywhere. Holds at most twice `limit`. */
async function newest(events: AsyncIterable<StoredDocument>, limit: number): Promise<StoredDocument[]> {
  let kept: StoredDocument[] = [];
  const cut = (): void => {
    kept.sort((a, b) => Number(a.ts) - Number(b.ts));
    kept = kept.slice(Math.max(0, kept.length - limit));
  };
  for await (const event of events) {
    kept.push(event);
    if (kept.length >= 2 * limit + 1024) cut();
  }
  cut();
  return kept;
}

function damage(problems: ReadonlyMap<string, LogProblem>): string[] {
  return [...problems.values()].map(({ kind, folder, segment, offset, bytes }) => {
    const what = kind === 'torn' ? 'the last append was cut off' : 'not a readable record';
    return `${bytes.length} bytes passed over in ${folder}, segment ${segment}, at ${offset}: ${what}.`;
  });
}

function shipped(dir: string): string[] {
  const known = readDestination(dir);
  if (known === undefined || known.transport === 'log') return [];
  const here = `Events of this project go to ${known.destination}; this folder holds only those still on their way.`;
  return [known.transport === 'mongodb' ? `${here} Read all of them with PANOPTIC_MONGODB_URI or --uri.` : here];
}
