import { type OwnProviders, ownProviderProblems } from '../providers/own.ts';
import { type ProviderTable, providerTable } from '../providers/table.ts';
import type { PanopticOptions } from './options.ts';
import type { Reader } from './reader.ts';

/** Providers of one's own, a copy; each thing that is wrong is a problem with its path, and none of them is used then. */
export function readProviders({ options, problems }: Reader): OwnProviders {
  for (const { path, expected } of problemsOf(options)) {
    const name = `providers${path}`;
    problems.push({ code: 'PAN4101', name, message: `${name} must be ${expected}.` });
  }
  return ownProviders(options);
}

/** The table that these options lead to: other options name providers as well. */
export const tableOf = ({ options }: Reader): ProviderTable => providerTable(ownProviders(options));

const problemsOf = ({ providers }: PanopticOptions): ReturnType<typeof ownProviderProblems> =>
  providers === undefined ? [] : ownProviderProblems(providers);

function ownProviders(options: PanopticOptions): OwnProviders {
  if (options.providers === undefined || problemsOf(options).length > 0) return {};
  return JSON.parse(JSON.stringify(options.providers));
}
