import { Command } from 'commander';
import { MIGRATIONS } from '../event/migrate.ts';
import { findLog, placesOf } from '../query/store.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { migrateLog } from './migrate-log.ts';
import { migrateMongodb } from './migrate-mongodb.ts';
import type { MigrationResult, Stuck } from './migrate-result.ts';
import { count, plural } from './numbers.ts';
import { type StoreFlags, withStoreOptions } from './store-options.ts';

interface MigrateFlags extends StoreFlags {
  dryRun?: boolean;
  json?: true;
}

/** Places of one kind that are named to a person. */
const NAMED = 20;

const HELP = `
Events have carried version 1 since the first release, so today this is for documents without a
version, such as imports by hand: what follows from other fields is filled in; what happened, when,
where and with which provider is never invented. A document that cannot be migrated stays as it is,
and is named.

May be broken off and run again at any time. In a log, folders that a running process writes are
left alone: stop the application first.

Examples:
  $ panoptic migrate --dry-run
  $ panoptic migrate --uri mongodb://localhost --env production

Exit code 1 when something could not be migrated.`;

export function migrateCommand(io: Io, done: (exitCode: number) => void): Command {
  const command = new Command('migrate')
    .description('Brings stored events of older versions to the current one, in the log or in MongoDB.')
    .option('--dry-run', 'say what would be done, and change nothing')
    .option('--json', 'the result as JSON, for machines')
    .addHelpText('after', HELP);
  return withStoreOptions(command).action(async (flags: MigrateFlags) => {
    const result = await migrate(flags, io);
    if (flags.json) io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else show(result, flags.dryRun === true, io);
    done(result.stuck.length + result.skipped.length > 0 ? EXIT.findings : EXIT.ok);
  });
}

async function migrate({ env, dir, uri, dryRun = false }: MigrateFlags, io: Io): Promise<MigrationResult> {
  const options = {
    ...(env !== undefined && { env }),
    ...(uri !== undefined && { mongodb: { uri } }),
    ...(uri === undefined && dir !== undefined && { dir, transport: 'log' as const }),
  };
  const config = placesOf(options, io.env, io.cwd);
  const how = { plan: MIGRATIONS, dryRun };
  if (config.mongodb) return migrateMongodb(config.mongodb.uri, config.env, how);
  return migrateLog(findLog(config, io.cwd), how);
}

function show({ location, current, migrated, stuck, skipped }: MigrationResult, dryRun: boolean, io: Io): void {
  const write = (text: string): void => void io.stdout.write(text);
  name('cannot be migrated', stuck);
  name('left alone', skipped);
  const done = Object.entries(migrated).map(([from, documents]) => `${count(documents)} from version ${from}`);
  const all = Object.values(migrated).reduce((sum, documents) => sum + documents, 0);
  const verb = dryRun ? 'would be migrated' : 'migrated';
  const detail = done.length > 0 ? ` (${done.join(', ')})` : '';
  write(`${plural(all, 'event')} ${verb}${detail}, ${count(current)} current in ${location}.\n`);
  if (stuck.length + skipped.length > 0) {
    write(`${plural(stuck.length, 'event')} cannot be migrated; ${plural(skipped.length, 'folder')} left alone.\n`);
  }

  function name(what: string, places: readonly Stuck[]): void {
    for (const { place, reason } of places.slice(0, NAMED)) write(`${what}: ${place}: ${reason}\n`);
    if (places.length > NAMED) write(`… and ${count(places.length - NAMED)} more; --json names all of them.\n`);
  }
}
