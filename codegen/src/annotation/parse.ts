import type { ProviderTable, ResolvedProvider } from '@panoptic/runtime/providers';
import { suggest } from '@panoptic/runtime/providers';
import type { Finding } from '../diagnostics/finding.ts';
import type { Annotation, BoundReference, Literal } from './annotation.types.ts';
import { readCategory, readContext, readProvider, readSample, readStream } from './checked-keys.ts';
import { ATTRIBUTES, KEYS, keyRule } from './keys.ts';
import type { Tag, Tags } from './tags.ts';
import { type Entry, readEntries } from './tokens.ts';
import { readAnnotationValue } from './value.ts';

/** Reads one tag. Undefined when it says nothing that can be billed; everything wrong was reported. */
export function parseAnnotation(
  source: string,
  tags: Tags,
  tag: Tag,
  providers: ProviderTable,
  report: (finding: Finding) => void,
): Annotation | undefined {
  let broken = false;
  const fail = (finding: Finding): void => {
    broken = true;
    report(finding);
  };
  const { entries, end } = readEntries(source, tags, tag, fail);
  const values: Record<string, Literal> = {};
  const attributes: Record<string, Literal> = {};
  const references: BoundReference[] = [];
  const seen = new Set<string>();
  let provider: ResolvedProvider | undefined;
  let category: string | undefined;
  let sample: number | undefined;
  let context: 'inherit' | 'none' | undefined;
  let stream = false;

  for (const entry of entries) {
    const { key, keyStart, keyEnd, valueStart, valueEnd } = entry;
    const rule = keyRule(key);
    if (rule === undefined) {
      fail(unknownKey(entry));
      continue;
    }
    if (seen.has(key)) {
      fail({ code: 'PAN1103', message: `\`${key}\` is given twice.`, start: keyStart, end: keyEnd });
      continue;
    }
    seen.add(key);
    const value = readAnnotationValue(entry, rule, fail);
    if (value === undefined) continue;
    const attribute = key.startsWith(ATTRIBUTES);
    const name = attribute ? key.slice(ATTRIBUTES.length) : key;
    if ('reference' in value) {
      references.push({ ...value.reference, key: name, attribute, start: valueStart, end: valueEnd });
      continue;
    }
    const { literal } = value;
    if (attribute) attributes[name] = literal;
    else if (key === 'provider') provider = readProvider(String(literal), entry, providers, fail);
    else if (key === 'category') category = readCategory(String(literal), entry, providers, fail);
    else if (key === 'sample') sample = readSample(Number(literal), entry, fail);
    else if (key === 'context') context = readContext(String(literal), entry, fail);
    else if (key === 'stream') stream = readStream(String(literal), entry, fail);
    else values[name] = literal;
  }

  if (!seen.has('provider') && !broken) {
    fail({ code: 'PAN1101', message: 'The annotation names no provider.', start: tag.start, end: tag.end });
  }
  if (broken || provider === undefined) return undefined;
  return {
    start: tag.start,
    end,
    provider,
    category,
    values,
    attributes,
    references,
    sample,
    context,
    stream,
    entries: entries.map(({ key, keyStart, valueStart, valueEnd }) => ({
      key,
      value: source.slice(valueStart, valueEnd),
      start: keyStart,
      end: valueEnd,
    })),
  };
}

function unknownKey({ key, keyStart, keyEnd }: Entry): Finding {
  const message = `Unknown key \`${key}\`.`;
  const range = { start: keyStart, end: Math.max(keyEnd, keyStart + 1) };
  if (key === 'attributes' || key.startsWith(ATTRIBUTES)) {
    return {
      code: 'PAN1102',
      message,
      ...range,
      fix: 'Write `attributes.NAME=value` with a NAME of letters, digits, `_` and `-`.',
    };
  }
  const meant = suggest(key, Object.keys(KEYS), (length) => Math.min(2, length - 1));
  const fix =
    meant === undefined
      ? `Use one of ${Object.keys(KEYS).join(', ')} or attributes.NAME.`
      : `Did you mean \`${meant}\`?`;
  return { code: 'PAN1102', message, ...range, fix };
}
