import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const CONFIGURATIONS = ['js', 'mjs', 'ts', 'mts'].map((extension) => `next.config.${extension}`);

/** Folder of the application. Next tells it to no configuration, and may be started elsewhere: `next build apps/web`. */
export function projectFolder(): string {
  const holdsConfiguration = (folder: string): boolean =>
    CONFIGURATIONS.some((name) => existsSync(path.join(folder, name)));
  return path.resolve(process.argv.slice(2).find(holdsConfiguration) ?? '');
}

/** What a version of Next has that an older one has not. */
export interface Abilities {
  /** Lists of rules for Turbopack, each with a condition of several parts. */
  readonly combinesConditions: boolean;
  /** `turbopack.conditions`, which look into files and have names. */
  readonly namesConditions: boolean;
  /** `turbopack` in place of `experimental.turbo`. */
  readonly turbopack: boolean;
  /** `compiler.runAfterProductionCompile` */
  readonly afterCompile: boolean;
}

/** @param version undefined where it is not known, which is taken for the newest */
export function abilitiesOf(version: string | undefined): Abilities {
  const [major = Number.POSITIVE_INFINITY, minor = 0] = version?.split('.').map(Number) ?? [];
  const since = (wanted: number, least: number): boolean => major > wanted || (major === wanted && minor >= least);
  return {
    combinesConditions: since(16, 0),
    namesConditions: since(15, 5),
    turbopack: since(15, 3),
    afterCompile: since(15, 4),
  };
}

/** @param project folder of the application, whose Next it is */
export function nextVersion(project: string): string | undefined {
  try {
    const manifest = createRequire(path.join(project, 'package.json'))('next/package.json');
    return (manifest as { version: string }).version;
  } catch {
    return undefined;
  }
}
