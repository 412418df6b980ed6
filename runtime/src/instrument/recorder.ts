import { say } from '../diagnostics/say.ts';
import { ABI } from './abi.ts';
import { now } from './clock.ts';
import { nextBatch } from './columns.ts';
import { RunningGenerator } from './generator-call.ts';
import { adopt, observe } from './observe.ts';
import { readSince } from './own-time.ts';
import { record } from './record.ts';
import type { Recorder } from './recorder.types.ts';
import type { CallValues, SiteInfo } from './site.types.ts';
import { runtimeState } from './state.ts';
import { readValues } from './values.ts';

/** The recorder of this runtime; an entry puts it into the shared state. */
export const recorder: Recorder = {
  nextBatch,
  record,
  observe,
  adopt,
  beginGenerator: (site, started) => new RunningGenerator(site, started),
  readStart,
  refuse: (abi, { file, line }) =>
    say(
      'PAN3001',
      `${file}:${line} was generated for ABI ${abi}, this @panoptic/runtime has ABI ${ABI}; its calls are not recorded. ` +
        'Install @panoptic/plugin and @panoptic/runtime of one version and build again.',
    ),
};

function readStart({ name, onStart, generator }: SiteInfo, roots: readonly unknown[]): CallValues | undefined {
  const { began } = runtimeState();
  if (onStart === undefined) return undefined;
  const since = began === undefined ? 0 : now();
  const values = readValues(name, onStart, roots);
  if (began !== undefined && !generator) readSince(since);
  return values;
}
