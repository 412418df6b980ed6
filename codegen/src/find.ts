import type { Comment } from 'yuku-parser';
import type { Annotation } from './annotation/annotation.types.ts';
import { parseAnnotation } from './annotation/parse.ts';
import type { ProviderTable } from './annotation/provider.ts';
import { findTags } from './annotation/tags.ts';
import type { Finding } from './diagnostics/finding.ts';
import { describeFunction } from './syntax/function.ts';
import type { ParsedFile } from './syntax/parse.ts';
import type { FunctionRecord } from './syntax/records.ts';
import { type FunctionNode, functionBehind } from './syntax/target.ts';

/** An annotation with the function it belongs to, in order of the source. */
export interface Annotated {
  readonly annotation: Annotation;
  readonly record: FunctionRecord;
  readonly comment: Comment;
}

/** Every annotation of a file that can be honoured; the rest is reported. */
export function findAnnotated(
  source: string,
  parsed: ParsedFile,
  providers: ProviderTable,
  report: (finding: Finding) => void,
): Annotated[] {
  const annotated: Annotated[] = [];
  const taken = new Set<FunctionNode>();
  for (const comment of parsed.comments) {
    if (!comment.value.includes('@')) continue;
    const jsDoc = isJsDoc(comment);
    const tags = findTags(
      source,
      comment.start + (jsDoc ? 3 : 2),
      comment.type === 'Line' ? comment.end : comment.end - 2,
    );
    const [tag, second] = tags.billable;
    const [typo] = tags.misspelt;
    const place = tag ?? typo;
    if (place === undefined) continue;
    const target = functionBehind(parsed.program, source, comment.end, place);
    if (!jsDoc || tag === undefined) {
      // A mention that documents no function is prose.
      if (!('code' in target))
        report(
          jsDoc
            ? misspelt(source, place)
            : {
                code: 'PAN1117',
                message: 'The annotation is not in a JSDoc comment.',
                start: place.start,
                end: place.end,
              },
        );
      continue;
    }
    const annotation = parseAnnotation(source, tags, tag, providers, report);
    if (second !== undefined)
      report({ code: 'PAN1115', message: 'The comment has two annotations.', start: second.start, end: second.end });
    if ('code' in target) {
      report(target);
      continue;
    }
    if (taken.has(target.node)) {
      report({ code: 'PAN1205', message: 'The function has an annotation already.', start: tag.start, end: tag.end });
      continue;
    }
    taken.add(target.node);
    const described = describeFunction(source, target.node, target.ancestors);
    if (described === undefined)
      report({ code: 'PAN1203', message: 'The function has no body.', start: tag.start, end: tag.end });
    else if (described.trap !== undefined) report({ ...described.trap, start: tag.start, end: tag.end });
    else if (annotation !== undefined && !described.done)
      annotated.push({ annotation, record: described.record, comment });
  }
  return annotated;
}

const isJsDoc = ({ type, value }: Comment): boolean =>
  type === 'Block' && value.startsWith('*') && !value.startsWith('**');

function misspelt(source: string, { start, end }: { start: number; end: number }): Finding {
  return { code: 'PAN1116', message: `\`${source.slice(start, end)}\` is nearly \`@billable\`.`, start, end };
}
