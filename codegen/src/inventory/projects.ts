import path from 'node:path';
import type { Project, ts as TypeScript } from 'ts-morph';
import { INVENTORY_CODES, InventoryError } from './inventory-error.ts';

/** ts-morph is an optional peer that takes half a second to load: only here, and only when asked for. */
export async function loadTsMorph(): Promise<typeof import('ts-morph')> {
  return import('ts-morph').catch(() => {
    const message = 'An inventory needs the type checker: npm install --save-dev ts-morph.';
    throw new InventoryError(INVENTORY_CODES.tsMorphMissing, message);
  });
}

/**
 * The project of a tsconfig.json, and those it refers to: a root with references often has no files of its own.
 * @throws InventoryError `PAN1902` when a tsconfig cannot be read
 */
export async function* loadProjects(tsconfig: string): AsyncGenerator<Project> {
  const { Project, ts } = await loadTsMorph();
  const seen = new Set<string>();
  const waiting = [tsconfig];
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (seen.has(file)) continue;
    seen.add(file);
    waiting.push(...references(ts, file));
    yield new Project({ tsConfigFilePath: file });
  }
}

function references(ts: typeof TypeScript, file: string): string[] {
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  if (error) {
    const reason = ts.flattenDiagnosticMessageText(error.messageText, ' ');
    throw new InventoryError(INVENTORY_CODES.badProject, `${file} cannot be read: ${reason}`);
  }
  const found: readonly { path?: unknown }[] = Array.isArray(config?.references) ? config.references : [];
  return found
    .map((reference) => reference.path)
    .filter((folder) => typeof folder === 'string')
    .map((folder) => path.resolve(path.dirname(file), folder))
    .map((target) => (target.endsWith('.json') ? target : path.join(target, 'tsconfig.json')));
}
