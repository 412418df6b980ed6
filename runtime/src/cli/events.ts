import { Command } from 'commander';
import { type StoredDocument, toJson } from '../event/json.ts';
import { eventLine } from './event-line.ts';
import type { Io } from './io.ts';
import { parsePositive, type StoreFlags, sayNotices, useStore, withStoreOptions } from './store-options.ts';

interface EventsFlags extends StoreFlags {
  json?: true;
  follow?: true;
  limit: string;
}

const HELP = `
Examples:
  $ panoptic events --limit 5
  $ panoptic events --follow --json | jq .metadata.tenant_id
  $ panoptic events --uri mongodb://localhost --env staging

--follow reads a change stream in MongoDB, which needs a replica set (Atlas is one). Ctrl+C ends it.`;

export function eventsCommand(io: Io): Command {
  const command = new Command('events')
    .description('The latest billing events, newest last.')
    .option('--json', 'one event a line, every field, as JSON')
    .option('-f, --follow', 'go on with every event that arrives')
    .option('-n, --limit <events>', 'how many of the latest', '20')
    .addHelpText('after', HELP);
  return withStoreOptions(command).action((flags: EventsFlags) => events(flags, io));
}

async function events(flags: EventsFlags, io: Io): Promise<void> {
  const limit = parsePositive('--limit', flags.limit);
  const show = (event: StoredDocument): void =>
    void io.stdout.write(`${flags.json ? JSON.stringify(toJson(event)) : eventLine(event, io)}\n`);
  await useStore(flags, io, async (store) => {
    if (flags.follow) {
      if (!flags.json) io.stderr.write(`Following ${store.location}\n`);
      for await (const event of store.follow(limit, io.interrupted())) show(event);
      return;
    }
    const latest = await store.latest(limit);
    for (const event of latest) show(event);
    if (!flags.json) {
      io.stdout.write(latest.length === 0 ? `No events yet in ${store.location}\n` : `\nEvents: ${store.location}\n`);
    }
    await sayNotices(store, io);
  });
}
