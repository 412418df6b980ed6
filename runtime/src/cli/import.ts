import path from 'node:path';
import { Command } from 'commander';
import type { FrozenEvent } from '../deliver/transport.ts';
import { placesOf } from '../query/store.ts';
import { type EventTarget, logTarget, mongoTarget } from './event-target.ts';
import { EXIT } from './exit-codes.ts';
import { EventImporter } from './import-event.ts';
import { holdsLines, readFiles } from './import-files.ts';
import type { Io } from './io.ts';
import { count, plural } from './numbers.ts';
import { type StoreFlags, withPlaceOptions } from './store-options.ts';

interface ImportFlags extends Omit<StoreFlags, 'env'> {
  json?: true;
}

const HELP = `
Reads what panoptic export --json and --mongodump write, and what mongodump writes; .gz too. Events
keep their _id: importing twice doubles nothing. An event that cannot be imported is named with its
file and line and does not stop the others; the exit code is then 1.

Examples:
  $ panoptic import events.ndjson
  $ panoptic import dump --uri mongodb://localhost
  $ panoptic import costs.ndjson.gz --dir /srv/desk/.panoptic`;

/** Events that are put down at once. */
const BATCH = 500;

export function importCommand(io: Io, done: (exitCode: number) => void): Command {
  const command = new Command('import')
    .description('Takes events from JSON lines or a mongodump folder into the log or into MongoDB.')
    .argument('<file>', 'a file of JSON lines, a .bson file, or a folder of mongodump')
    .option('--json', 'the counts as JSON, for machines')
    .addHelpText('after', HELP);
  return withPlaceOptions(command).action(async (file: string, flags: ImportFlags) =>
    done(await importEvents(path.resolve(io.cwd, file), flags, io)),
  );
}

async function importEvents(file: string, flags: ImportFlags, io: Io): Promise<number> {
  const { dir, uri } = flags;
  const options = {
    ...(uri !== undefined && { mongodb: { uri } }),
    ...(uri === undefined && dir !== undefined && { dir, transport: 'log' as const }),
  };
  const config = placesOf(options, io.env, io.cwd);
  const raw = readFiles(file);
  const target = config.mongodb
    ? mongoTarget(config, config.mongodb.uri, holdsLines(file))
    : await logTarget(config.dir);
  const importer = new EventImporter(config);
  let failed = 0;
  const fail = (place: string, reason: string): void => {
    failed++;
    io.stderr.write(`${path.relative(io.cwd, place) || place}: ${reason}\n`);
  };
  try {
    const batch = new PlacedBatch(target, fail);
    for await (const one of raw) {
      const event = importer.read(one);
      if (typeof event === 'string') fail(one.place, event);
      else await batch.add(event, one.place);
    }
    await batch.flush();
  } finally {
    await target.close();
  }
  const { added, alreadyThere } = target.counts();
  if (flags.json) {
    io.stdout.write(
      `${JSON.stringify({ location: target.location, imported: added, alreadyThere, failed }, null, 2)}\n`,
    );
  } else {
    const counts = `already there: ${count(alreadyThere)}; not imported: ${count(failed)}${failed > 0 ? ', named above' : ''}`;
    io.stdout.write(`Imported ${plural(added, 'event')} into ${target.location}; ${counts}.\n`);
  }
  return failed > 0 ? EXIT.findings : EXIT.ok;
}

/** Collects events, so that they are put down together, and remembers where each came from. */
class PlacedBatch {
  readonly #target: EventTarget;
  readonly #fail: (place: string, reason: string) => void;
  #events: FrozenEvent[] = [];
  readonly #places: Map<FrozenEvent, string> = new Map();

  constructor(target: EventTarget, fail: (place: string, reason: string) => void) {
    this.#target = target;
    this.#fail = fail;
  }

  async add(event: FrozenEvent, place: string): Promise<void> {
    this.#events.push(event);
    this.#places.set(event, place);
    if (this.#events.length >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const events = this.#events;
    this.#events = [];
    for (const { event, reason } of events.length > 0 ? await this.#target.add(events) : []) {
      this.#fail(this.#places.get(event) ?? '', reason);
    }
    this.#places.clear();
  }
}
