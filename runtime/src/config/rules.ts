import { resolveProvider } from '../providers/in-use.ts';
import type { ProviderTable } from '../providers/table.ts';
import type { Rule } from '../volume/rules.types.ts';
import { PanopticError } from './error.ts';
import { type Group, groupOf } from './group.ts';
import { tableOf } from './providers.ts';
import { type Parse, Refused } from './values.ts';

const MATCH = ['provider', 'service', 'function', 'tenant'] as const;
const MAX_RULES = 1000;

/** The member `rules`: each names some calls, and has a value of its own for them in `name`. */
export function readRules<T>(group: Group, name: string, parse: Parse<T>): Rule<T>[] {
  const list = group.value('rules', array) ?? [];
  const providers = tableOf(group.reader);
  return list.flatMap((raw, index) => {
    const path = `${group.path}.rules[${index}]`;
    const rule = groupOf(group.reader, path, raw, [...MATCH, name]);
    if (rule === undefined) return [];
    const value = rule.required(name, parse);
    if (value === undefined) return [];
    return {
      provider: readProvider(rule, providers),
      service: rule.value('service', namePattern),
      function: rule.value('function', namePattern),
      tenant: rule.value('tenant', namePattern),
      value,
    };
  });
}

function readProvider({ reader, path, members }: Group, providers: ProviderTable): string | undefined {
  if (members.provider === undefined) return undefined;
  try {
    return resolveProvider(members.provider, `${path}.provider`, providers).name;
  } catch (error) {
    if (!(error instanceof PanopticError)) throw error;
    reader.problems.push(...error.problems);
    return undefined;
  }
}

const array: Parse<readonly unknown[]> = (raw) =>
  Array.isArray(raw) && raw.length <= MAX_RULES ? raw : new Refused(`a list of at most ${MAX_RULES} rules`);

const namePattern: Parse<RegExp> = (raw) => {
  // a pattern that remembers where it stopped would answer differently each time
  if (raw instanceof RegExp) return new RegExp(raw.source, raw.flags.replace(/[gy]/g, ''));
  if (typeof raw !== 'string' || raw === '') return new Refused('a name, in which * stands for anything, or a RegExp');
  return toPattern(raw);
};

/**
 * Looks for each part at the first place it stands at, and goes back to none: `.*` between parts would take for ever with a
 * few stars and a long name, and names come from requests.
 */
function toPattern(name: string): RegExp {
  const [first = '', ...others] = name.split(/\*+/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const last = others.pop();
  if (last === undefined) return new RegExp(`^${first}$`);
  // what a look-ahead has found stays as it is
  const between = others.map((part, index) => `(?=(.*?${part}))\\${index + 1}`);
  return new RegExp(`^${first}${between.join('')}.*${last}$`, 's');
}
