import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io, Output } from './io.ts';
import { type Column, renderTable } from './table.ts';

/** What `@panoptic/plugin/commands` is given beside its options. That package declares the same shape on its side. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  readonly color: boolean;
  /** A plain text table as wide as the terminal allows. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): string;
}

/** Each resolves with the exit code; 0, 1 (the input has errors) or 2 (wrong usage). */
type BuildCommand = (options: Record<string, unknown>, io: CommandIo) => Promise<number>;
type BuildCommands = Readonly<Record<'print' | 'check' | 'inventory', BuildCommand>>;

/** The commands that need the compiler side; listed here, so that help is the same whether it is installed or not. */
export function buildSideCommands(io: Io, done: (exitCode: number) => void): Command[] {
  const run = async (name: keyof BuildCommands, options: Record<string, unknown>): Promise<void> => {
    const commands = await loadCommands(io.cwd);
    done(await commands[name](options, commandIo(io)));
  };
  return [
    annotated('print', 'The code that is generated for one file, as a diff.')
      .argument('<file>', 'a JavaScript or TypeScript file')
      .option('--code', 'the whole generated file instead of the diff')
      .option('--trace', 'as with the option trace of the plugin')
      .action((file: string, flags: object) => run('print', { file, ...flags })),
    annotated('check', 'Every annotation of the project, checked as the build does.')
      .argument('[globs...]', 'files to check (default: every source below this folder but output folders)')
      .addHelpText('after', '\nExamples:\n  $ panoptic check\n  $ panoptic check "packages/*/src/**/*.ts" --strict')
      .action((globs: string[], flags: object) => run('check', { globs, ...flags })),
    annotated('inventory', 'Every billable function with its place and its type.')
      .option('-p, --project <file>', 'tsconfig.json or its folder (default: the nearest one)')
      .option('--json', 'for machines')
      .action((flags: object) => run('inventory', { ...flags })),
  ];
}

/** A command that reads annotations, with the options that have to say what the build is told. */
function annotated(name: keyof BuildCommands, description: string): Command {
  const providers = new Option('--providers <list>', "the plugin's own providers: NAME=CATEGORY, separated by commas");
  return new Command(name)
    .description(`${description} Needs @panoptic/plugin.`)
    .option('--strict', 'warnings count as errors')
    .addOption(providers.argParser(parseProviders));
}

function parseProviders(list: string): Record<string, string> {
  const pairs = list.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  const bad = pairs.find(([name, category, ...rest]) => !name || !category || rest.length > 0);
  if (!bad) return Object.fromEntries(pairs);
  const message = `--providers must be NAME=CATEGORY pairs separated by commas, not "${list}".`;
  throw new CommandError(EXIT.usage, 'PAN6106', '--providers', message);
}

function commandIo({ stdout, stderr, cwd, color, columns }: Io): CommandIo {
  return { stdout, stderr, cwd, color, table: (heads, rows) => renderTable(heads, rows, columns) };
}

const PACKAGE = '@panoptic/plugin';

/** The project's own plugin first, because its version is the one that builds; else the one beside this runtime. */
async function loadCommands(cwd: string): Promise<BuildCommands> {
  for (const from of [path.join(cwd, 'noop.js'), import.meta.url]) {
    const file = resolveFrom(from);
    if (file === undefined) continue;
    const { commands } = (await import(pathToFileURL(file).href)) as { commands: BuildCommands };
    return commands;
  }
  const message = `This command comes with ${PACKAGE}, which is not installed here: npm install --save-dev ${PACKAGE}`;
  throw new CommandError(EXIT.missingPackage, 'PAN6105', PACKAGE, message);
}

function resolveFrom(place: string): string | undefined {
  try {
    return createRequire(place).resolve(`${PACKAGE}/commands`);
  } catch {
    return undefined;
  }
}
