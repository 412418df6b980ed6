/** One thing that is wrong, by name. */
export interface Problem {
  /** Stable, e.g. `PAN4102`. */
  readonly code: string;
  /** The option or variable as the user wrote it: `maxWaitTimeMs`, `PANOPTIC_TRANSPORT`. */
  readonly name: string;
  /** What is wrong and what to do; never contains a secret. */
  readonly message: string;
}

/** What Panoptic throws, and only from functions people call themselves. Lists every problem found, not the first. */
export class PanopticError extends Error {
  override readonly name: string = 'PanopticError';
  /** Code of the first problem. */
  readonly code: string;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
    this.code = problems[0]?.code ?? '';
    this.problems = problems;
  }
}
