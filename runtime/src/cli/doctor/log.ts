import { accessSync, constants, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/options.ts';
import { isLeft } from '../../log/adopt.ts';
import { readDestination } from '../../log/destination.ts';
import { deadLetterFolder, ownerFolders, quarantineFolder, segmentsOf } from '../../log/layout.ts';
import { ownOwner } from '../../log/owner.ts';
import { usageOf } from '../../log/usage.ts';
import { bytes, plural } from '../numbers.ts';
import { duration } from '../report-table.ts';
import { type Check, ok, problem, warning } from './check.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Transports whose events `panoptic ship` is for; it knows no other destination than MongoDB. */
const SHIPPED: ReadonlySet<string> = new Set(['log', 'mongodb']);

/** The folder of the log: can it be written, does it get full, does anything wait there that should not. */
export function checkLogFolder({ dir, log, transport }: Config): Check[] {
  if (transport === 'memory' || transport === 'none') return [];
  const unusable = whyUnusable(dir);
  if (unusable !== undefined) {
    const advice = 'Set PANOPTIC_DIR to a folder this process may write. Until then events wait in memory.';
    return [problem('log', 'PAN6137', `${dir} cannot be written: ${unusable}.`, { advice })];
  }
  const { bytes: size, segments, oldest } = usageOf(dir, undefined);
  const checks = [checkQuota(size, log.maxBytes, dir)];
  // what the application was told in `createPanoptic` stands there
  const noted = readDestination(dir);
  const isSpool = transport !== 'log' || (noted !== undefined && noted.transport !== 'log');
  const elsewhere = noted && !SHIPPED.has(noted.transport) ? noted.destination : undefined;
  const age = oldest === undefined ? 0 : Date.now() - oldest;
  if (isSpool && segments > 0) checks.push(checkSpoolAge(age, segments, elsewhere));
  const self = ownOwner('spool');
  const left = ownerFolders(dir).filter((folder) => isLeft(folder, self) && segmentsOf(folder).length > 0);
  if (left.length > 0) {
    const message = `Events of ended processes wait in ${plural(left.length, 'folder')}: ${names(left)}.`;
    const help =
      elsewhere === undefined
        ? { advice: 'The next process that records ships them; so does the command.', command: 'npx panoptic ship' }
        : { advice: `The next process that records sends them to ${elsewhere}.` };
    checks.push(warning('log', 'PAN6142', message, help));
  }
  checks.push(...checkAside(dir));
  return checks;
}

function checkQuota(size: number, maxBytes: number, dir: string): Check {
  const message = `${dir} takes ${bytes(size)} of ${bytes(maxBytes)}.`;
  if (size < 0.8 * maxBytes) return ok('log', message);
  const advice = 'Raise PANOPTIC_LOG_MAX_BYTES, or see to it that events get away from there.';
  return (size < 0.95 * maxBytes ? warning : problem)('log', 'PAN6139', message, { advice });
}

function checkSpoolAge(age: number, segments: number, elsewhere: string | undefined): Check {
  const message = `Waiting for the destination: ${plural(segments, 'segment')}, the oldest written to ${duration(age)} ago.`;
  if (age < HOUR_MS) return ok('log', message);
  const help = {
    advice: 'Look whether an application runs and reaches its destination.',
    ...(elsewhere === undefined && { command: 'npx panoptic ship' }),
  };
  return (age < DAY_MS ? warning : problem)('log', 'PAN6138', message, help);
}

function checkAside(dir: string): Check[] {
  const command = 'npx panoptic verify';
  const letters = list(deadLetterFolder(dir)).reduce((sum, file) => sum + linesOf(file), 0);
  const bad = list(quarantineFolder(dir)).length;
  const checks: Check[] = [];
  if (letters > 0) {
    const message = `Refused by the destination: ${plural(letters, 'event')}, in ${deadLetterFolder(dir)}.`;
    const advice = 'Each stands there with its reason; they are not billed until somebody sends them.';
    checks.push(problem('log', 'PAN6140', message, { advice, command }));
  }
  if (bad > 0) {
    const message = `Set aside: ${plural(bad, 'damaged range')} of the log, in ${quarantineFolder(dir)}.`;
    const advice = 'Check the disk; the events in them are lost unless a backup has them.';
    checks.push(problem('log', 'PAN6141', message, { advice, command }));
  }
  return checks.length > 0 ? checks : [ok('log', 'No dead letters, nothing in quarantine.')];
}

/** Undefined for a folder that can be written, or made. */
function whyUnusable(dir: string): string | undefined {
  for (let folder = dir; ; folder = path.dirname(folder)) {
    try {
      readdirSync(folder);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && folder !== path.dirname(folder)) continue;
      return message;
    }
    try {
      accessSync(folder, constants.W_OK);
      // some volumes say that they can be written and cannot
      if (folder === dir) probe(folder);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}

function probe(folder: string): void {
  const file = path.join(folder, `.doctor-${process.pid}`);
  try {
    writeFileSync(file, 'x');
  } finally {
    rmSync(file, { force: true });
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

function linesOf(file: string): number {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).length;
  } catch {
    return 0;
  }
}

const names = (folders: readonly string[]): string => {
  const shown = folders.slice(0, 3).map((folder) => path.basename(folder));
  return folders.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
};
