import { PanopticError } from '../config/error.ts';

/** Part of the public contract: scripts and CI jobs branch on them. */
export const EXIT = {
  ok: 0,
  findings: 1,
  usage: 2,
  unreachable: 3,
  missingPackage: 4,
  internal: 70,
} as const;

export const EXIT_HELP = `Exit codes:
  0   done
  1   findings: annotations that cannot be honoured, events that were refused, damage
  2   wrong usage: unknown option, unreadable value, file or project not found
  3   events not reachable: no log found, log unreadable, MongoDB does not answer
  4   a package this command needs is not installed
  70  a bug in Panoptic`;

/** What ends a command early, with the exit code it ends with. */
export class CommandError extends PanopticError {
  override readonly name: string = 'CommandError';
  readonly exitCode: number;

  constructor(exitCode: number, code: string, name: string, message: string) {
    super([{ code, name, message }]);
    this.exitCode = exitCode;
  }
}

const BY_CODE: Readonly<Record<string, number>> = {
  PAN6201: EXIT.unreachable,
  PAN6202: EXIT.usage,
  PAN6203: EXIT.unreachable,
  PAN6204: EXIT.missingPackage,
};

/** The exit code for whatever a command rejected with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  return error instanceof PanopticError ? (BY_CODE[error.code] ?? EXIT.internal) : EXIT.internal;
}
