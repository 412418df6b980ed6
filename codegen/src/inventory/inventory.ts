import { mayHaveBillable, transform } from '../index.ts';
import type { Billable, Diagnostic, TransformOptions } from '../types.ts';
import { loadProjects, loadTsMorph } from './projects.ts';
import { typeOf } from './signatures.ts';

export interface InventoryOptions extends Pick<TransformOptions, 'providers' | 'strict'> {
  /** Absolute path of the project's tsconfig.json (or jsconfig.json); projects it refers to are part of it. */
  readonly tsconfig: string;
  /** Package and package-relative path of a file, as in the build. */
  place(file: string): { packageName: string; file: string };
}

/** One billable function of the project. */
export interface InventoryEntry extends Omit<Billable, 'start' | 'end'> {
  readonly package: string;
  /** Package-relative, as events show it. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  /** As the checker resolves them; more than one for overloads. */
  readonly signatures: readonly string[];
  /** The result is a promise, whether or not the function says `async`. */
  readonly returnsPromise: boolean;
}

/** A diagnostic with the source it speaks of. */
export interface Finding {
  readonly diagnostic: Diagnostic;
  readonly source: string;
  /** Absolute. */
  readonly path: string;
}

export interface Inventory {
  /** In order of path and line. */
  readonly functions: InventoryEntry[];
  readonly findings: Finding[];
}

/**
 * Every billable function of a project, with the types its own tsconfig gives.
 * @throws InventoryError `PAN1901` ts-morph is not installed, `PAN1902` a tsconfig cannot be read
 */
export async function inventory({ tsconfig, place, ...options }: InventoryOptions): Promise<Inventory> {
  const functions = new Map<string, InventoryEntry>();
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const tsMorph = await loadTsMorph();
  for await (const project of loadProjects(tsconfig)) {
    for (const source of project.getSourceFiles()) {
      const path = source.getFilePath();
      if (seen.has(path) || source.isDeclarationFile() || source.isInNodeModules()) continue;
      seen.add(path);
      const code = source.getFullText();
      if (!mayHaveBillable(code)) continue;
      const { packageName, file } = place(path);
      const { billables, diagnostics } = transform(code, path, { ...options, packageName, file, sourcemap: false });
      findings.push(...diagnostics.map((diagnostic) => ({ diagnostic, source: code, path })));
      for (const billable of billables) {
        const { start: _start, end: _end, ...facts } = billable;
        functions.set(`${path}:${billable.start}`, {
          ...facts,
          package: packageName,
          file,
          path,
          ...typeOf(tsMorph, source, billable),
        });
      }
    }
  }
  const order = (a: InventoryEntry, b: InventoryEntry): number =>
    a.path === b.path ? a.line - b.line || a.column - b.column : a.path < b.path ? -1 : 1;
  return { functions: [...functions.values()].sort(order), findings };
}
