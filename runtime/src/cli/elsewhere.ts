import { readDestination } from '../log/destination.ts';
import type { Io } from './io.ts';

/** A log on the way to another place does not hold everything: whoever copies it should know. */
export function sayElsewhere(dir: string, { stderr }: Pick<Io, 'stderr'>): void {
  const known = readDestination(dir);
  if (known === undefined || known.transport === 'log') return;
  stderr.write(`Note: events of this project go to ${known.destination}; this folder holds those on their way.\n`);
}
