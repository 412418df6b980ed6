import { createRequire } from 'node:module';

/** Version of this package, by which caches on disk are keyed. */
export function pluginVersion(): string {
  const { version } = createRequire(import.meta.url)('@panoptic/plugin/package.json') as { version: string };
  return version;
}
