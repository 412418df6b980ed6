import { Command, CommanderError } from 'commander';
import { PanopticError } from '../config/error.ts';
import { maskUris } from '../config/mask-uri.ts';
import { backupCommand } from './backup.ts';
import { buildSideCommands } from './build-side.ts';
import { doctorCommand } from './doctor.ts';
import { eventsCommand } from './events.ts';
import { EXIT, EXIT_HELP, exitCodeOf } from './exit-codes.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import type { Io } from './io.ts';
import { migrateCommand } from './migrate.ts';
import { reportCommand } from './report.ts';
import { restoreCommand } from './restore.ts';
import { shipCommand } from './ship.ts';
import { refusalOfSystem } from './system-error.ts';
import { verifyCommand } from './verify.ts';
import { runtimeVersion } from './version.ts';

const EXAMPLES = `
Examples:
  $ panoptic report                        what was called, how often, how long, for whom
  $ panoptic report --by tenant --since 1d
  $ panoptic events --follow               watch calls arrive
  $ panoptic ship --uri mongodb://db       move the log into MongoDB
  $ panoptic doctor                        why are there no events?
  $ panoptic print src/model.ts            the code that is generated for a file
  $ panoptic check                         every annotation of the project, as in the build

${EXIT_HELP}
`;

/**
 * Runs one command line (without node and script) and resolves with its exit code. Never rejects, never exits.
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('panoptic')
    .description('Shows what the annotated functions of this project were called for, and what was generated for them.')
    .version(runtimeVersion(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(panoptic --help shows commands and options)')
    .addHelpText('after', EXAMPLES);
  const done = (code: number): void => {
    exitCode = code;
  };
  for (const command of [
    reportCommand(io),
    eventsCommand(io),
    shipCommand(io, done),
    exportCommand(io, done),
    importCommand(io, done),
    backupCommand(io, done),
    restoreCommand(io, done),
    verifyCommand(io, done),
    doctorCommand(io, done),
    migrateCommand(io, done),
    ...buildSideCommands(io, done),
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const cause = refusalOfSystem(error) ?? error;
    io.stderr.write(`${cause instanceof PanopticError ? cause.message : unexpected(cause)}\n`);
    return exitCodeOf(cause);
  }
  return exitCode;
}

function unexpected(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `PAN6100: a bug in Panoptic; please report it with this text.\n${maskUris(text)}`;
}
