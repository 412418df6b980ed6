import { type Command, Option } from 'commander';
import { openStore } from '../query/store.ts';
import type { Store } from '../query/store.types.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { parseSince } from './since.ts';

export interface StoreFlags {
  env?: string;
  dir?: string;
  uri?: string;
}

/** The flags that say where events are; the same for every command that reads them. */
export function withStoreOptions(command: Command): Command {
  const env = new Option('--env <name>', 'only events of this env; in MongoDB it chooses the database');
  return withPlaceOptions(command.addOption(env));
}

/** The same without a choice of events. */
export function withPlaceOptions(command: Command): Command {
  return command
    .addOption(new Option('--dir <folder>', 'folder of a log (default: $PANOPTIC_DIR, else .panoptic here or above)'))
    .addOption(
      new Option('--uri <uri>', 'connection string of MongoDB (default: $PANOPTIC_MONGODB_URI)').conflicts('dir'),
    );
}

/** Opens the store the flags name, gives it to the action, and closes it whatever happens. */
export async function useStore<T>(flags: StoreFlags, io: Io, action: (store: Store) => Promise<T>): Promise<T> {
  const { env, dir, uri } = flags;
  const store = await openStore({ cwd: io.cwd, environment: io.env, env, dir, uri });
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

/** Says on stderr what the reader of the answer should know, so that stdout stays the answer alone. */
export async function sayNotices(store: Store, io: Io): Promise<void> {
  for (const notice of await store.notices()) io.stderr.write(`Note: ${notice}\n`);
}

/** @throws CommandError `PAN6102` */
export function parsePositive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new CommandError(EXIT.usage, 'PAN6102', name, `${name} must be a whole number above 0, not "${text}".`);
}

/** @throws CommandError `PAN6103` */
export function parseMoment(name: string, text: string): Date {
  const moment = parseSince(text, new Date());
  if (moment) return moment;
  const message = `${name} must be an age (90s, 15m, 1h, 7d, 2w) or an ISO date (2026-01-31), not "${text}".`;
  throw new CommandError(EXIT.usage, 'PAN6103', name, message);
}
