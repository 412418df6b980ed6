import { Command } from 'commander';
import { findLog, placesOf } from '../query/store.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { count } from './numbers.ts';
import { type Progress, startProgress } from './progress.ts';
import { parsePositive, type StoreFlags, withStoreOptions } from './store-options.ts';
import { sumsTable } from './sums.ts';
import { renderTable } from './table.ts';
import { checkLog } from './verify-log.ts';
import { checkMongodb } from './verify-mongodb.ts';
import { countsText, findingsText, isSound, type Verified } from './verify-result.ts';

interface VerifyFlags extends StoreFlags {
  json?: true;
  limit: string;
}

const HELP = `
What is found in a log:
  corrupt, torn   bytes that are no record: changed after they were written, or cut off
  gap             sequence numbers that are missing between two records
  quarantine      bytes that were set aside earlier
  dead-letter     events that the destination will never take, with its reason
  unreadable      a file the system does not let us read
and there and in MongoDB:
  duplicate       several events with one _id; in MongoDB across all collections
  shape           a document that is no billing event
  misplaced       an event in another database than that of its env, where no report looks

Examples:
  $ panoptic verify
  $ panoptic verify --json | jq .sums
  $ panoptic verify --uri mongodb://localhost --env production

Nothing is changed. Exit code 1 when something is found.`;

export function verifyCommand(io: Io, done: (exitCode: number) => void): Command {
  const command = new Command('verify')
    .description('Reads every stored event and checks it; exact sums by provider and service.')
    .option('--json', 'the result as JSON, for machines')
    .option('-n, --limit <findings>', 'how many of each kind are named; all are counted', '20')
    .addHelpText('after', HELP);
  return withStoreOptions(command).action(async (flags: VerifyFlags) => {
    const result = await verify(flags, io);
    if (flags.json) showJson(result, io);
    else show(result, io);
    done(isSound(result) ? EXIT.ok : EXIT.findings);
  });
}

async function verify({ env, dir, uri, limit }: VerifyFlags, io: Io): Promise<Verified> {
  const maxFindings = parsePositive('--limit', limit);
  const options = {
    ...(env !== undefined && { env }),
    ...(uri !== undefined && { mongodb: { uri } }),
    ...(uri === undefined && dir !== undefined && { dir, transport: 'log' as const }),
  };
  const config = placesOf(options, io.env, io.cwd);
  if (config.mongodb) return checkMongodb(config.mongodb.uri, config.env, maxFindings);
  let progress: Progress | undefined;
  try {
    return checkLog(findLog(config, io.cwd), {
      maxFindings,
      onProgress(read, total, events) {
        progress ??= startProgress(io, 'Checking', total);
        progress.update(read, events);
      },
    });
  } finally {
    progress?.stop();
  }
}

function showJson({ tables: _, details, ...result }: Verified, io: Io): void {
  io.stdout.write(`${JSON.stringify({ ...result, ...details, sound: isSound(result) }, null, 2)}\n`);
}

function show({ location, events, sums, findings, counts, tables }: Verified, io: Io): void {
  const write = (text: string): void => void io.stdout.write(text);
  for (const { columns, rows } of tables) write(`${renderTable(columns, rows, io.columns)}\n`);
  if (sums.length > 0) write(`${sumsTable(sums, io.columns)}\n`);
  for (const { kind, place, message } of findings) write(`${kind}: ${place}: ${message}\n`);
  const named = findings.length;
  const all = Object.values(counts).reduce((sum, number) => sum + number, 0);
  if (named < all) write(`… and ${count(all - named)} more; --limit names more of them.\n`);
  if (named > 0) write('\n');
  const verdict = all === 0 ? 'Nothing is wrong.' : `${findingsText(counts)}: ${countsText(counts)}.`;
  write(`${count(events)} events checked in ${location}. ${verdict}\n`);
}
