/** The tag as users write it. */
export const TAG = '@billable';

/** Whether `code` can hold an annotation at all. A plain text search: files that answer false are never parsed. */
export function mayHaveBillable(code: string): boolean {
  return code.includes(TAG);
}
