import { Command } from 'commander';
import type { PanopticOptions } from '../config/options.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { Check } from './doctor/check.ts';
import { checkConfiguration } from './doctor/configuration.ts';
import { checkHttp } from './doctor/http.ts';
import { checkLogFolder } from './doctor/log.ts';
import { checkMongodb } from './doctor/mongodb.ts';
import { checkPackages } from './doctor/packages.ts';
import { type Setting, settingsOf } from './doctor/settings.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { plural } from './numbers.ts';
import { type StoreFlags, withStoreOptions } from './store-options.ts';
import { renderTable } from './table.ts';

interface DoctorFlags extends StoreFlags {
  json?: true;
}

const HELP = `
Looks at the settings in effect and where each comes from (secrets masked; what the application
passes to createPanoptic is not known here), at Node and our packages, at the destination (does it
answer, may this account write, are the indexes there, do the clocks agree) and at the log (can it
be written, is it full, do events wait, were any set aside). Changes nothing.

Examples:
  $ panoptic doctor
  $ PANOPTIC_MONGODB_URI=mongodb+srv://… panoptic doctor --env production
  $ panoptic doctor --json | jq '.checks[] | select(.level != "ok")'

Exit code 1 when there is a problem.`;

export function doctorCommand(io: Io, done: (exitCode: number) => void): Command {
  const command = new Command('doctor')
    .description('Why are there no events? Checks settings, packages, destination and log, and says what to do.')
    .option('--json', 'the result as JSON, for machines')
    .addHelpText('after', HELP);
  return withStoreOptions(command).action(async (flags: DoctorFlags) => {
    const { settings, checks } = await examine(flags, io);
    if (flags.json) io.stdout.write(`${JSON.stringify({ settings, checks }, null, 2)}\n`);
    else show(settings, checks, io);
    done(checks.some(({ level }) => level === 'problem') ? EXIT.findings : EXIT.ok);
  });
}

async function examine({ env, dir, uri }: DoctorFlags, io: Io): Promise<{ settings: Setting[]; checks: Check[] }> {
  const options: PanopticOptions = {
    ...(env !== undefined && { env }),
    ...(dir !== undefined && { dir }),
    ...(uri !== undefined && { mongodb: { uri } }),
  };
  const flags = {
    ...(env !== undefined && { env: '--env' }),
    ...(dir !== undefined && { dir: '--dir' }),
    ...(uri !== undefined && { 'mongodb.uri': '--uri', transport: '--uri' }),
  };
  const resolved = resolveConfig(options, io.env, io.cwd);
  const { config, problems } = resolved;
  const wrong = new Set(problems.map(({ name }) => name));
  const [mongodb, http] = await Promise.all([checkMongodb(config), checkHttp(config)]);
  return {
    settings: settingsOf(resolved, io.env, flags, wrong),
    checks: [
      ...checkConfiguration(config, problems, io.env),
      ...checkPackages(config),
      ...mongodb,
      ...http,
      ...checkLogFolder(config),
    ],
  };
}

function show(settings: readonly Setting[], checks: readonly Check[], io: Io): void {
  const write = (text: string): void => void io.stdout.write(text);
  const rows = settings.map(({ name, value, from }) => [name, value, from]);
  write(
    `${renderTable([{ title: 'setting' }, { title: 'value', cut: 'start' }, { title: 'from' }], rows, io.columns)}\n`,
  );
  for (const { level, code, message, advice, command } of checks) {
    write(`${level.padEnd(8)} ${code === undefined ? '' : `${code}: `}${message}\n`);
    if (advice !== undefined) write(`         ${advice}\n`);
    if (command !== undefined) write(`         $ ${command}\n`);
  }
  const number = (wanted: Check['level']): number => checks.filter(({ level }) => level === wanted).length;
  write(`\n${plural(number('problem'), 'problem')}, ${plural(number('warning'), 'warning')}.\n`);
}
