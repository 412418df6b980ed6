import { Command, Option } from 'commander';
import type { Config } from '../config/options.ts';
import { MongodbTransport } from '../deliver/mongodb/transport.ts';
import { releaseAdopted } from '../log/adopt.ts';
import type { Limit } from '../log/in-flight.ts';
import { findLog, placesOf } from '../query/store.ts';
import { damageText, gapText } from './damage.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { type Progress, startProgress } from './progress.ts';
import { BatchSender } from './send-batch.ts';
import { bytesLeft, openFolders, planOf, type ShipFolder } from './ship-folders.ts';
import { shipLetters } from './ship-letters.ts';
import { sayDiverted, sayDryRun, saySummary } from './ship-report.ts';
import { parsePositive } from './store-options.ts';
import type { Damage } from './store-spool.ts';

interface ShipFlags {
  dir?: string;
  uri?: string;
  batch: string;
  deadLetters?: true;
  dryRun?: true;
  json?: true;
}

const HELP = `
Ships what programs have recorded into the log: a log that is the destination itself (it keeps
its events; how far they were shipped is noted beside them, for each address), and what processes
that are gone have left on its way to MongoDB (it is removed when it has arrived). Spools of running
processes are left to them. Killed at any moment, the same command goes on: an event that was there
already is not inserted again, because its _id was fixed when the call was made.

Examples:
  $ panoptic ship --uri mongodb+srv://cluster.example.net
  $ panoptic ship --dry-run                what would be shipped where; connects to nothing
  $ panoptic ship --dead-letters           also what MongoDB refused, after the cause was removed`;

export function shipCommand(io: Io, done: (exitCode: number) => void): Command {
  return new Command('ship')
    .description('Moves the events of a log into MongoDB: what is there already stays, nothing is doubled.')
    .option('--dir <folder>', 'folder of the log (default: $PANOPTIC_DIR, else .panoptic here or above)')
    .addOption(new Option('--uri <uri>', 'connection string of MongoDB (default: $PANOPTIC_MONGODB_URI)'))
    .option('--batch <events>', 'events sent at once', '1000')
    .option('--dead-letters', 'send again what MongoDB has refused')
    .option('--dry-run', 'only count')
    .option('--json', 'the counts as JSON, for machines')
    .addHelpText('after', HELP)
    .action(async (flags: ShipFlags) => done(await ship(flags, io)));
}

async function ship(flags: ShipFlags, io: Io): Promise<number> {
  const maxEvents = parsePositive('--batch', flags.batch);
  const { config, dir, uri } = placesFor(flags, io);
  const transport = new MongodbTransport({ uri, compressionEnabled: config.compressionEnabled, ...indexesOf(config) });
  const plan = planOf(dir);
  sayDiverted({ dir, destination: transport.destination, plan }, io);
  if (flags.dryRun) return sayDryRun({ dir, destination: transport.destination, plan }, flags, io);

  const stop = io.interrupted();
  const sender = new BatchSender(transport, uri);
  const damage: string[] = [];
  const total = [...plan.stores, ...plan.orphans].reduce((sum, one) => sum + bytesLeft(one, transport.destination), 0);
  const progress = startProgress(io, 'Shipping', total);
  const limit = { events: maxEvents, bytes: config.maxBytesPerBatch };
  const work: Work = { dir, sender, limit, progress, stop, shippedBytes: 0 };
  try {
    const told: Damage = {
      onProblem: (problem) => void damage.push(damageText(problem)),
      onGap: (gap) => void damage.push(gapText(gap)),
    };
    for (const folder of openFolders(dir, plan, transport.destination, told)) {
      if (stop.aborted) break;
      await shipFolder(folder, work);
    }
    if (flags.deadLetters && !stop.aborted) await shipLetters(dir, sender, limit);
  } finally {
    progress.stop();
    releaseAdopted(dir);
    await transport.close();
    saySummary({ dir, destination: transport.destination, plan, sent: sender.sent, damage }, flags, io);
  }
  return sender.sent.refused > 0 || damage.length > 0 || stop.aborted ? EXIT.findings : EXIT.ok;
}

interface Work {
  readonly dir: string;
  readonly sender: BatchSender;
  readonly limit: Limit;
  readonly progress: Progress;
  readonly stop: AbortSignal;
  shippedBytes: number;
}

async function shipFolder(folder: ShipFolder, work: Work): Promise<void> {
  const { dir, sender, limit, progress, stop } = work;
  const end = work.shippedBytes + folder.bytes;
  const tell = (bytes: number): void => {
    // on disk an event takes more or less than its document: the folder's size is what counts
    work.shippedBytes = Math.min(bytes, end);
    const { shipped, alreadyThere, refused } = sender.sent;
    progress.update(work.shippedBytes, shipped + alreadyThere + refused);
  };
  while (!stop.aborted) {
    const portion = folder.take(limit);
    if (portion.length === 0) {
      folder.finish();
      tell(end);
      return;
    }
    const entries = portion.map(({ entry }) => entry);
    await sender.ship(entries, dir);
    folder.settle(portion, true);
    tell(work.shippedBytes + entries.reduce((sum, { doc }) => sum + doc.length, 0));
  }
}

/** @throws CommandError `PAN6110` when no address is given; PanopticError `PAN6201`, `PAN6202` */
function placesFor({ dir, uri }: ShipFlags, io: Io): { config: Config; dir: string; uri: string } {
  const options = { ...(dir !== undefined && { dir }), ...(uri !== undefined && { mongodb: { uri } }) };
  const config = placesOf(options, io.env, io.cwd);
  if (config.mongodb) return { config, dir: findLog(config, io.cwd), uri: config.mongodb.uri };
  const message = 'Where to? Say it with --uri or PANOPTIC_MONGODB_URI.';
  throw new CommandError(EXIT.usage, 'PAN6110', 'uri', message);
}

function indexesOf({ mongodb }: Config): Pick<NonNullable<Config['mongodb']>, 'indexes'> {
  return mongodb?.indexes ? { indexes: mongodb.indexes } : {};
}
