import { Command } from 'commander';
import { type CostQuery, type Dimension, MEASURES } from '../query/cost-query.ts';
import { BUCKETS, DIMENSIONS, FIELDS, isDimension } from '../query/dimensions.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { reportTable } from './report-table.ts';
import {
  parseMoment,
  parsePositive,
  type StoreFlags,
  sayNotices,
  useStore,
  withStoreOptions,
} from './store-options.ts';

interface ReportFlags extends StoreFlags {
  by: string;
  since?: string;
  until?: string;
  timeZone: string;
  limit?: string;
  json?: true;
}

const FIELD_NAMES = Object.keys(FIELDS);

const HELP = `
Dimensions: ${FIELD_NAMES.slice(0, 8).join(', ')},
  ${FIELD_NAMES.slice(8).join(', ')}; and of time: ${BUCKETS.join(', ')}.
p50 and p95 are durations of calls that were measured (nearest rank). A quantity without a unit
counts executions. Amounts are exact sums; a call without a price adds none. Calls of which a
share was recorded count as many times as they stand for, marked with ~.

Examples:
  $ panoptic report --by tenant,model --since 7d
  $ panoptic report --by day --time-zone Europe/Berlin
  $ panoptic report --json | jq '.rows[] | select(.errors > 0)'
  $ panoptic report --uri mongodb+srv://cluster.example.net --env production`;

export function reportCommand(io: Io): Command {
  const command = new Command('report')
    .description('Calls, errors, durations, quantities, tenants and amounts, from the log or from MongoDB.')
    .option('--by <dimensions>', 'what a row stands for, separated by commas', 'function,provider')
    .option('--since <time>', 'calls from here on: an age like 1h or 7d, or an ISO date')
    .option('--until <time>', 'calls before: as --since')
    .option('--time-zone <name>', 'where an hour, day or month begins', 'UTC')
    .option('--limit <rows>', 'show only the first rows')
    .option('--json', 'the result as JSON, for machines')
    .addHelpText('after', HELP);
  return withStoreOptions(command).action((flags: ReportFlags) => report(flags, io));
}

async function report(flags: ReportFlags, io: Io): Promise<void> {
  const groupBy = parseDimensions(flags.by);
  const query: CostQuery = {
    groupBy,
    measures: MEASURES,
    timeZone: parseTimeZone(flags.timeZone),
    ...(flags.since !== undefined && { from: parseMoment('--since', flags.since) }),
    ...(flags.until !== undefined && { to: parseMoment('--until', flags.until) }),
    ...(flags.limit !== undefined && { limit: parsePositive('--limit', flags.limit) }),
  };
  await useStore(flags, io, async (store) => {
    const result = await store.query(query);
    if (flags.json) {
      io.stdout.write(`${JSON.stringify({ query, ...result, location: store.location }, null, 2)}\n`);
    } else if (result.rows.length === 0) {
      io.stdout.write(`No events${query.from || query.to ? ' in this time' : ' yet'} in ${store.location}\n`);
    } else {
      io.stdout.write(reportTable(result, groupBy, io.columns));
      const approximate = result.percentiles === 'approximate' ? 'p50 and p95 are approximate. ' : '';
      const isEstimated = result.rows.some(({ estimated }) => estimated);
      const estimated = isEstimated ? '~ is an estimate: of those calls a share was recorded. ' : '';
      io.stdout.write(`\n${approximate}${estimated}Events: ${store.location}\n`);
    }
    await sayNotices(store, io);
  });
}

function parseDimensions(text: string): Dimension[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isDimension(name));
  if (unknown !== undefined) {
    const message = `--by does not know "${unknown}". Dimensions: ${DIMENSIONS.join(', ')}.`;
    throw new CommandError(EXIT.usage, 'PAN6101', '--by', message);
  }
  return [...new Set(names.filter(isDimension))];
}

function parseTimeZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    const message = `--time-zone must be an IANA name such as Europe/Berlin, not "${timeZone}".`;
    throw new CommandError(EXIT.usage, 'PAN6104', '--time-zone', message);
  }
}
