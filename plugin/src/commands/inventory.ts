import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  INVENTORY_CODES,
  type InventoryEntry,
  InventoryError,
  inventory as takeInventory,
} from '@panoptic/codegen/inventory';
import { Packages } from '../package-of.ts';
import { type AnnotationOptions, type Column, type CommandIo, EXIT } from './io.ts';
import { countErrors, showDiagnostic } from './source.ts';

export interface InventoryCommandOptions extends AnnotationOptions {
  /** A tsconfig.json or its folder. Default: the nearest tsconfig.json, else jsconfig.json, from `cwd` upwards. */
  readonly project?: string;
  readonly json?: boolean;
}

/** Lists every billable function of a TypeScript project with its type. Findings go to stderr. */
export async function inventory(options: InventoryCommandOptions, io: CommandIo): Promise<number> {
  const tsconfig = options.project === undefined ? nearest(io.cwd) : projectFile(path.resolve(io.cwd, options.project));
  if (tsconfig === undefined) {
    const where = options.project ?? `${io.cwd} or above`;
    io.stderr.write(`PAN2203: no tsconfig.json in ${where}. Name it with --project.\n`);
    return EXIT.usage;
  }
  const packages = new Packages();
  const place = (file: string) => packages.place(file);
  const { strict = false, providers = {} } = options;
  let found: Awaited<ReturnType<typeof takeInventory>>;
  try {
    found = await takeInventory({ tsconfig, place, strict, providers });
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return error.code === INVENTORY_CODES.tsMorphMissing ? EXIT.missingPackage : EXIT.usage;
  }
  for (const { diagnostic, source, path: file } of found.findings) {
    io.stderr.write(`${showDiagnostic(diagnostic, source, file, io.cwd)}\n`);
  }
  io.stdout.write(options.json ? asJson(found.functions, io.cwd) : asTable(found.functions, io));
  return countErrors(found.findings.map(({ diagnostic }) => diagnostic)) > 0 ? EXIT.findings : EXIT.ok;
}

function asJson(functions: readonly InventoryEntry[], cwd: string): string {
  const shown = functions.map((entry) => ({ ...entry, path: fromCwd(cwd, entry.path) }));
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function howItEnds({ async, generator, returnsPromise }: InventoryEntry): string {
  if (generator) return async ? 'async generator' : 'generator';
  return async ? 'async' : returnsPromise ? 'promise' : 'sync';
}

function asTable(functions: readonly InventoryEntry[], io: CommandIo): string {
  if (functions.length === 0) return 'No billable functions in this project.\n';
  const rows = functions.map((entry) => [
    entry.name,
    `${fromCwd(io.cwd, entry.path)}:${entry.line}`,
    entry.service === undefined ? entry.provider : `${entry.provider} / ${entry.service}`,
    howItEnds(entry),
    entry.signatures.join(' & ').replace(/\s+/g, ' '),
  ]);
  const columns: Column[] = [
    { title: 'function' },
    { title: 'place', cut: 'start' },
    { title: 'provider' },
    { title: 'kind' },
    { title: 'type' },
  ];
  const sum = `${functions.length} billable ${functions.length === 1 ? 'function' : 'functions'}`;
  return `${io.table(columns, rows)}\n${sum}; --json shows whole types.\n`;
}

function fromCwd(cwd: string, file: string): string {
  return path.relative(cwd, file).split(path.sep).join('/');
}

function projectFile(target: string): string | undefined {
  const file = statSync(target, { throwIfNoEntry: false })?.isDirectory() ? path.join(target, 'tsconfig.json') : target;
  return existsSync(file) ? file : undefined;
}

function nearest(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      if (existsSync(path.join(folder, name))) return path.join(folder, name);
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}
