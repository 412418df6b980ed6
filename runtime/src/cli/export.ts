import path from 'node:path';
import { Command } from 'commander';
import type { FrozenEvent } from '../deliver/transport.ts';
import { decodeEvent } from '../event/document.ts';
import { toJson } from '../event/json.ts';
import { CSV_HEADER, csvLine } from './csv.ts';
import { damageText } from './damage.ts';
import { type EventSource, openSource } from './event-source.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { IdSet } from './id-set.ts';
import type { Io } from './io.ts';
import { DumpWriter } from './mongodump.ts';
import { plural } from './numbers.ts';
import { openOutput } from './output.ts';
import { parseMoment, type StoreFlags, withStoreOptions } from './store-options.ts';

interface ExportFlags extends StoreFlags {
  mongodump?: string;
  json?: true;
  csv?: true;
  out?: string;
  gzip?: true;
  since?: string;
  until?: string;
}

const HELP = `
Every event stands in an export once, whatever happened on its way (by its _id).
--json writes the form that panoptic import reads; --csv one column for each fact, the rest as JSON
in the last two. --mongodump writes documents byte for byte, with indexes, for mongorestore.

Examples:
  $ panoptic export --mongodump dump && mongorestore --uri "$URI" dump
  $ panoptic export --json --since 30d --gzip --out events.ndjson.gz
  $ panoptic export --csv --uri "$URI" --env production > costs.csv`;

export function exportCommand(io: Io, done: (exitCode: number) => void): Command {
  const command = new Command('export')
    .description('Writes events for other programs: mongorestore, JSON lines, CSV; from the log or from MongoDB.')
    .option('--mongodump <folder>', 'a folder for mongorestore')
    .option('--json', 'one event a line, as JSON')
    .option('--csv', 'one event a line, as CSV with a header')
    .option('--out <file>', 'file for --json or --csv (default: stdout)')
    .option('--gzip', 'compressed')
    .option('--since <time>', 'calls from here on: an age like 1h or 7d, or an ISO date')
    .option('--until <time>', 'calls before: as --since')
    .addHelpText('after', HELP);
  return withStoreOptions(command).action(async (flags: ExportFlags) => done(await exportEvents(flags, io)));
}

async function exportEvents(flags: ExportFlags, io: Io): Promise<number> {
  const period = {
    since: flags.since === undefined ? undefined : parseMoment('--since', flags.since),
    until: flags.until === undefined ? undefined : parseMoment('--until', flags.until),
  };
  checkForm(flags);
  const damage: string[] = [];
  const source = await openSource(flags, io, (problem) => void damage.push(damageText(problem)));
  try {
    const sink = await sinkFor(flags, source, io);
    const seen = new IdSet();
    const counts = { written: 0, doubled: 0 };
    const unreadable: string[] = [];
    for await (const event of source.events(period)) {
      if (!seen.add(event.id)) counts.doubled++;
      else if (await sink.add(event)) counts.written++;
      else unreadable.push(`${event.database}.${event.collection} ${event.id} is no billing event and was left out`);
    }
    await sink.end();
    const doubled = counts.doubled > 0 ? ` ${plural(counts.doubled, 'copy')} left out.`.replace('copys', 'copies') : '';
    sink.say(`Exported ${plural(counts.written, 'event')} from ${source.location}${sink.target}.${doubled}\n`);
    for (const text of [...damage, ...unreadable]) io.stderr.write(`Note: ${text}\n`);
    return damage.length + unreadable.length > 0 ? EXIT.findings : EXIT.ok;
  } finally {
    await source.close();
  }
}

/** @throws CommandError `PAN6112` */
function checkForm({ mongodump, json, csv, out }: ExportFlags): void {
  const forms = [mongodump, json, csv].filter((form) => form !== undefined);
  if (forms.length === 1 && (mongodump === undefined || out === undefined)) return;
  const message =
    forms.length === 1
      ? '--out is the file of --json or --csv; --mongodump names its folder itself.'
      : 'Say one form: --mongodump <folder>, --json or --csv.';
  throw new CommandError(EXIT.usage, 'PAN6112', '--mongodump', message);
}

interface Sink {
  /** For the last line: ` to …`. */
  readonly target: string;
  /** False when the event cannot be written in this form. */
  add(event: FrozenEvent): Promise<boolean> | boolean;
  end(): Promise<void>;
  /** Where the last line goes: stdout must hold nothing but events. */
  say(text: string): void;
}

async function sinkFor(flags: ExportFlags, source: EventSource, io: Io): Promise<Sink> {
  const gzip = flags.gzip === true;
  try {
    if (flags.mongodump !== undefined) return dumpSink(path.resolve(io.cwd, flags.mongodump), gzip, source, io);
    const output = openOutput(flags.out && path.resolve(io.cwd, flags.out), gzip, io);
    if (flags.csv) await output.write(CSV_HEADER);
    return {
      target: flags.out === undefined ? '' : ` to ${flags.out}`,
      async add({ doc }) {
        const line = lineOf(doc, flags.csv === true);
        if (line !== undefined) await output.write(line);
        return line !== undefined;
      },
      end: () => output.close(),
      say: (text) => void io.stderr.write(text),
    };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      EXIT.usage,
      'PAN6114',
      '--out',
      `The export cannot be written: ${(error as Error).message}.`,
    );
  }
}

function dumpSink(folder: string, gzip: boolean, source: EventSource, io: Io): Sink {
  const dump = new DumpWriter(folder, gzip);
  return {
    target: ` to ${folder}`,
    add(event) {
      dump.add(event);
      return true;
    },
    async end() {
      dump.flush();
      for (const ns of dump.namespaces) dump.writeMetadata(ns, await source.metadata(ns));
    },
    say: (text) => void io.stdout.write(text),
  };
}

function lineOf(doc: Uint8Array, csv: boolean): string | undefined {
  try {
    const event = toJson(decodeEvent(doc));
    return csv ? csvLine(event) : `${JSON.stringify(event)}\n`;
  } catch {
    return undefined;
  }
}
