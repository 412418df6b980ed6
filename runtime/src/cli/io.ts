/** The world as a command sees it; a test gives its own. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Characters a line may have. */
  readonly columns: number;
  readonly color: boolean;
  /** Where a progress bar may be drawn: stderr where it is a terminal. Absent: progress is told in lines. */
  readonly terminal?: NodeJS.WritableStream | undefined;
  /** Aborts when the user wants `--follow` to end; from this call on Ctrl+C no longer kills the process. */
  interrupted(): AbortSignal;
}

export interface Output {
  write(text: string): unknown;
}

/** Widest table on a terminal that is wider, and everywhere else: it still fits a diff view or an issue. */
const MAX_COLUMNS = 100;

/** The process's own streams. Colour only on a terminal, never with `NO_COLOR`, always with `FORCE_COLOR`. */
export function processIo(): Io {
  const { stdout, stderr, env } = process;
  return {
    stdout,
    stderr,
    cwd: process.cwd(),
    env,
    columns: Math.min(stdout.columns ?? MAX_COLUMNS, MAX_COLUMNS),
    color: env.NO_COLOR ? false : isOn(env.FORCE_COLOR) || Boolean(stdout.isTTY),
    terminal: stderr.isTTY && env.TERM !== 'dumb' ? stderr : undefined,
    interrupted,
  };
}

function isOn(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== '0' && variable !== 'false';
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
