/** Text put in front of the character at an offset. The rewrite does nothing else to a source. */
export interface Edit {
  readonly at: number;
  readonly text: string;
}
