import { readDestination } from '../log/destination.ts';
import { deadLetterFolder } from '../log/layout.ts';
import type { Io } from './io.ts';
import { count, plural } from './numbers.ts';
import type { Sent } from './send-batch.ts';
import { eventsLeft, folderName, type Plan, planOf } from './ship-folders.ts';
import { letterFiles, readLetters } from './ship-letters.ts';

interface Places {
  readonly dir: string;
  /** Without credentials. */
  readonly destination: string;
  readonly plan: Plan;
}

interface Flags {
  readonly json?: true;
  readonly deadLetters?: true;
}

interface Left {
  readonly folder: string;
  readonly events: number;
  readonly why: string;
}

/** Spools are named by nobody's settings here: what was on its way to another kind of destination would not arrive there any more. */
export function sayDiverted({ dir, destination, plan }: Places, io: Io): void {
  const known = readDestination(dir);
  if (plan.orphans.length === 0 || known === undefined) return;
  if (known.transport === 'mongodb' || known.transport === 'log') return;
  const what = `events on their way to ${known.destination}`;
  io.stderr.write(`Note: ${dir} holds ${what}; what is shipped to ${destination} does not go there any more.\n`);
}

/** What a call did; also when it ended early. */
export function saySummary(facts: Places & { sent: Sent; damage: readonly string[] }, flags: Flags, io: Io): void {
  const { dir, destination, sent, damage } = facts;
  const left = leftOf(facts);
  const deadLetters = deadLettersOf(dir);
  if (flags.json) {
    io.stdout.write(`${JSON.stringify({ dir, destination, ...sent, left, deadLetters, damage }, null, 2)}\n`);
    return;
  }
  const refused = sent.refused > 0 ? `${count(sent.refused)} (kept in ${deadLetterFolder(dir)})` : '0';
  io.stdout.write(
    `Shipped to ${destination}: ${plural(sent.shipped, 'event')}; already there: ${count(sent.alreadyThere)}; ` +
      `refused: ${refused}; left: ${count(left.reduce((all, { events }) => all + events, 0))}.\n`,
  );
  sayLeft(left, io);
  for (const text of damage) io.stderr.write(`Note: ${text}\n`);
  if (deadLetters > 0 && !flags.deadLetters) {
    const letters = plural(deadLetters, 'event');
    io.stderr.write(`Note: ${letters} refused earlier; --dead-letters sends them again, once the cause is removed.\n`);
  }
}

/** What a call without `--dry-run` would ship; the exit code. */
export function sayDryRun(places: Places, flags: Flags, io: Io): number {
  const { dir, destination, plan } = places;
  const byNamespace = new Map<string, number>();
  for (const folder of [...plan.orphans, ...plan.stores]) {
    for (const [ns, events] of eventsLeft(folder, destination)) {
      byNamespace.set(ns, (byNamespace.get(ns) ?? 0) + events);
    }
  }
  const left = foreignOf(places);
  const deadLetters = flags.deadLetters ? deadLettersOf(dir) : 0;
  const events = [...byNamespace.values()].reduce((sum, one) => sum + one, 0);
  if (flags.json) {
    const collections = Object.fromEntries(byNamespace);
    io.stdout.write(
      `${JSON.stringify({ dir, destination, dryRun: true, events, collections, left, deadLetters }, null, 2)}\n`,
    );
    return 0;
  }
  io.stdout.write(`Would ship ${plural(events, 'event')} to ${destination}.\n`);
  for (const [ns, number] of [...byNamespace].sort()) io.stdout.write(`  ${ns}: ${plural(number, 'event')}\n`);
  if (deadLetters > 0) io.stdout.write(`  and send again ${plural(deadLetters, 'event')} that MongoDB refused\n`);
  sayLeft(left, io);
  return 0;
}

function sayLeft(left: readonly Left[], io: Io): void {
  for (const { folder, events, why } of left) {
    if (events > 0) io.stderr.write(`Note: ${plural(events, 'event')} left in ${folder}: ${why}.\n`);
  }
}

/** Looked up anew: folders that were taken over have other names, and processes may have ended. */
function leftOf({ dir, destination }: Places): Left[] {
  const plan = planOf(dir);
  const unfinished = [...plan.orphans, ...plan.stores];
  const rest = unfinished.map((folder) => {
    const events = sum(eventsLeft(folder, destination));
    return { folder: folderName(folder), events, why: 'the same command goes on from here' };
  });
  return [...rest, ...foreignOf({ destination, plan })].filter(({ events }) => events > 0);
}

function foreignOf({ destination, plan }: Pick<Places, 'destination' | 'plan'>): Left[] {
  return plan.foreign.map(({ folder, why }) => {
    return { folder: folderName(folder), events: sum(eventsLeft(folder, destination)), why };
  });
}

const sum = (numbers: ReadonlyMap<string, number>): number => [...numbers.values()].reduce((all, one) => all + one, 0);

const deadLettersOf = (dir: string): number =>
  letterFiles(dir).reduce((all, file) => all + readLetters(file).entries.length, 0);
