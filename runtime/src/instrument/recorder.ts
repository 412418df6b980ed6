import { say } from '../diagnostics/say.ts';
import { ABI } from './abi.ts';
import { nextBatch } from './columns.ts';
import { RunningGenerator } from './generator-call.ts';
import { adopt, observe } from './observe.ts';
import { record } from './record.ts';
import type { Recorder } from './recorder.types.ts';
import { runtimeState } from './state.ts';
import { readValues } from './values.ts';

/** The recorder of this runtime; an entry puts it into the shared state. */
export const recorder: Recorder = {
  nextBatch,
  record,
  observe,
  adopt,
  beginGenerator: (site, started) => new RunningGenerator(site, started),
  readStart: ({ onStart }, roots) => onStart && readValues(runtimeState().counters, onStart, roots),
  refuse: (abi, { file, line }) =>
    say(
      'PAN3001',
      `${file}:${line} was generated for ABI ${abi}, this @panoptic/runtime has ABI ${ABI}; its calls are not recorded. ` +
        'Install @panoptic/plugin and @panoptic/runtime of one version and build again.',
    ),
};
