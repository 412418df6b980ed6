import { relative } from 'node:path';
import type { Config } from '../config/options.ts';
import { say } from '../diagnostics/say.ts';

/** Says once where the events of this process go, unless it is quiet or nobody could look there. */
export function announce(config: Config, destination: string): void {
  if (config.disabled) return;
  if (config.transport === 'log' && config.production && !config.chosen.dir) {
    say(
      'PAN4104',
      `No place for events is configured in production, so they go to ${config.dir}. ` +
        'Set PANOPTIC_DIR to a folder that outlives deployments, or PANOPTIC_MONGODB_URI.',
    );
  }
  if (config.quiet || config.transport === 'memory' || config.transport === 'none') return;
  const place = config.transport === 'log' ? displayPath(config) : destination;
  // reports read no other place
  const isReadable = config.transport === 'log' || config.transport === 'mongodb';
  const hint = isReadable ? '; see them with: npx panoptic report' : '';
  try {
    console.error(`Panoptic: events of ${config.project} go to ${place}${hint}`);
  } catch {
    // a closed stderr is no reason to stop
  }
}

function displayPath({ dir, projectRoot }: Config): string {
  const path = relative(projectRoot, dir);
  return path === '' || path.startsWith('..') ? dir : path;
}
