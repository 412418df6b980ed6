import type { ProviderTable } from '@panoptic/runtime/providers';
import type { Comment, Node } from 'yuku-parser';
import type { Annotation } from './annotation/annotation.types.ts';
import { parseAnnotation } from './annotation/parse.ts';
import { findTags, type Tag } from './annotation/tags.ts';
import type { Finding } from './diagnostics/finding.ts';
import { isComponent } from './syntax/component.ts';
import { describeFunction } from './syntax/function.ts';
import type { FunctionNode } from './syntax/node.ts';
import type { ParsedFile } from './syntax/parse.ts';
import type { FunctionRecord } from './syntax/records.ts';
import { type Sender, senderOf, sendersIn } from './syntax/sent-away.ts';
import { functionBehind } from './syntax/target.ts';

/** An annotation with the function it belongs to, in order of the source. */
export interface Annotated {
  readonly annotation: Annotation;
  readonly record: FunctionRecord;
  readonly comment: Comment;
}

/** Every annotation of a file that can be honoured; the rest is reported. `trace`: what their bodies wait for is needed, too. */
export function findAnnotated(
  source: string,
  parsed: ParsedFile,
  providers: ProviderTable,
  report: (finding: Finding) => void,
  trace: boolean,
): Annotated[] {
  const annotated = new Map<FunctionNode, Annotated | undefined>();
  const strays: [FunctionNode, Finding][] = [];
  const senders = sendersIn(source, parsed.program);
  for (const comment of parsed.comments) {
    if (!comment.value.includes('@')) continue;
    const jsDoc = isJsDoc(comment);
    const end = comment.type === 'Line' ? comment.end : comment.end - 2;
    const tags = findTags(source, comment.start + (jsDoc ? 3 : 2), end);
    const [tag, second] = tags.billable;
    const place = tag ?? tags.misspelt[0];
    if (place === undefined) continue;
    const target = functionBehind(parsed.program, source, comment.end, place);
    if (!jsDoc || tag === undefined) {
      // A mention that documents no function is prose.
      if (!('code' in target)) strays.push([target.node, jsDoc ? misspelt(source, place) : noJsDoc(place)]);
      continue;
    }
    const annotation = parseAnnotation(source, tags, tag, providers, report);
    if (second !== undefined)
      report({ ...rangeOf(second), code: 'PAN1115', message: 'The comment has two annotations.' });
    if ('code' in target) {
      report(target);
      continue;
    }
    if (annotated.has(target.node)) {
      report({ ...rangeOf(tag), code: 'PAN1205', message: 'The function has an annotation already.' });
      annotated.set(target.node, undefined);
      continue;
    }
    const record = recordOf(source, parsed, target, tag, senders, report, trace);
    const honoured = annotation !== undefined && record !== undefined && second === undefined;
    annotated.set(target.node, honoured ? { annotation, record, comment } : undefined);
  }
  for (const [node, finding] of strays) if (!annotated.has(node)) report(finding);
  return [...annotated.values()].filter((one) => one !== undefined);
}

/** Undefined when the function cannot be rewritten, which was reported, or was rewritten before. */
function recordOf(
  source: string,
  { typescript }: ParsedFile,
  { node, ancestors }: { node: FunctionNode; ancestors: readonly Node[] },
  tag: Tag,
  senders: readonly Sender[],
  report: (finding: Finding) => void,
  trace: boolean,
): FunctionRecord | undefined {
  const sender = senderOf(senders, node, ancestors);
  if (sender !== undefined) {
    report({
      ...rangeOf(tag),
      code: 'PAN1307',
      message: `The text of the function is sent away by \`${sender.name}\`.`,
    });
    return undefined;
  }
  const described = describeFunction(source, node, ancestors, typescript, trace);
  if (described === undefined) report({ ...rangeOf(tag), code: 'PAN1203', message: 'The function has no body.' });
  else if (described.trap !== undefined) report({ ...rangeOf(tag), ...described.trap });
  else if (!described.done) {
    const { name } = described.record;
    if (isComponent(name, node)) report({ ...rangeOf(tag), code: 'PAN1308', message: `\`${name}\` is a component.` });
    return described.record;
  }
  return undefined;
}

const rangeOf = ({ start, end }: Tag): { start: number; end: number } => ({ start, end });

const isJsDoc = ({ type, value }: Comment): boolean =>
  type === 'Block' && value.startsWith('*') && !value.startsWith('**');

const misspelt = (source: string, tag: Tag): Finding => ({
  ...rangeOf(tag),
  code: 'PAN1116',
  message: `\`${source.slice(tag.start, tag.end)}\` is nearly \`@billable\`.`,
});

const noJsDoc = (tag: Tag): Finding => ({
  ...rangeOf(tag),
  code: 'PAN1117',
  message: 'The annotation is not in a JSDoc comment.',
});
