import type { Problem } from '../../config/error.ts';
import type { Config } from '../../config/options.ts';
import type { Environment } from '../../config/resolve.ts';
import { strayVariables } from '../../config/variables.ts';
import { readDestination } from '../../log/destination.ts';
import { type Check, ok, problem, warning } from './check.ts';

/** What is wrong with the settings themselves. */
export function checkConfiguration(config: Config, problems: readonly Problem[], environment: Environment): Check[] {
  const checks = problems.map(({ code, message }) =>
    problem('configuration', code, message, { advice: 'The default is used until it is corrected.' }),
  );
  for (const name of strayVariables(environment)) {
    const advice = 'Look for the name that is meant in the list of settings.';
    checks.push(
      warning('configuration', 'PAN4105', `${name} is no variable of Panoptic and changes nothing.`, { advice }),
    );
  }
  if (config.disabled) {
    const advice = 'Unset PANOPTIC_DISABLED to record again.';
    checks.push(warning('configuration', 'PAN6130', 'Nothing is recorded: Panoptic is disabled.', { advice }));
  }
  if (config.transport === 'log' && config.production && !config.chosen.dir) {
    const advice = 'Set PANOPTIC_DIR to a folder that outlives deployments, or PANOPTIC_MONGODB_URI.';
    const message = `No place for events is configured in production, so they go to ${config.dir}.`;
    checks.push(warning('configuration', 'PAN4104', message, { advice }));
  }
  if (config.transport === 'memory' || config.transport === 'none') {
    const advice = 'Set PANOPTIC_MONGODB_URI or PANOPTIC_DIR to keep them.';
    checks.push(warning('configuration', 'PAN6130', `The transport ${config.transport} keeps no events.`, { advice }));
  }
  if (config.http?.url.startsWith('http:') && !isLocal(config.http.url)) {
    const message = 'Events and headers go to the HTTP endpoint unencrypted.';
    checks.push(warning('configuration', 'PAN6130', message, { advice: 'Use an https:// address.' }));
  }
  return checks.length > 0 ? checks : [ok('configuration', `Events of ${config.project} go to: ${placeOf(config)}.`)];
}

/** What the application was told in `createPanoptic` is not known here, but it has noted in the folder where it sent them. */
function placeOf({ dir, transport }: Config): string {
  const noted = transport === 'log' ? readDestination(dir) : undefined;
  if (noted === undefined || noted.transport === 'log') return transport;
  return `${noted.transport}, ${noted.destination}, as the application has noted in ${dir}`;
}

const isLocal = (url: string): boolean => /^(?:localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
