import { type ProviderTable, type ResolvedProvider, resolveCategory } from '@panoptic/runtime/providers';
import type { Finding } from '../diagnostics/finding.ts';
import type { Entry } from './tokens.ts';

type Fail = (finding: Finding) => void;

const range = ({ valueStart, valueEnd }: Entry): { start: number; end: number } => ({
  start: valueStart,
  end: valueEnd,
});

export function readProvider(
  name: string,
  entry: Entry,
  providers: ProviderTable,
  fail: Fail,
): ResolvedProvider | undefined {
  const found = providers.resolve(name);
  if ('name' in found) return found;
  const fix = `Did you mean \`${found.suggestion}\`? If not, add \`${name}\` with the option \`providers\`.`;
  fail({ code: 'PAN1108', message: `\`${name}\` is nearly the name of a known provider.`, ...range(entry), fix });
  return undefined;
}

/** A known category in its own spelling; any other word is one of the user's own. */
export function readCategory(name: string, entry: Entry, providers: ProviderTable, fail: Fail): string {
  const found = resolveCategory(name, providers.categories);
  if ('name' in found) return found.name;
  fail({
    code: 'PAN1109',
    message: `\`${name}\` is nearly the name of a known category.`,
    ...range(entry),
    fix: `Did you mean \`${found.suggestion}\`?`,
  });
  return name;
}

export function readSample(share: number, entry: Entry, fail: Fail): number {
  if (share > 1) fail({ code: 'PAN1110', message: '`sample` is a share of all calls, from 0 to 1.', ...range(entry) });
  return share;
}

export function readContext(value: string, entry: Entry, fail: Fail): 'inherit' | 'none' | undefined {
  if (value === 'inherit' || value === 'none') return value;
  fail({
    code: 'PAN1105',
    message: '`context` is `inherit` or `none`.',
    ...range(entry),
    fix: 'Write `context=none`, or leave it out.',
  });
  return undefined;
}

export function readStream(value: string, entry: Entry, fail: Fail): boolean {
  if (value !== 'true' && value !== 'false')
    fail({ code: 'PAN1105', message: '`stream` is `true` or `false`.', ...range(entry), fix: 'Leave it out.' });
  return value === 'true';
}
