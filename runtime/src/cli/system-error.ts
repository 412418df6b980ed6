import { CommandError, EXIT } from './exit-codes.ts';

/** What a file system refuses is nobody's bug: rights, a full disk, a file where a folder should be. Undefined for any other error. */
export function refusalOfSystem(error: unknown): CommandError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, address } = error as NodeJS.ErrnoException & { address?: unknown };
  if (syscall === undefined || address !== undefined || !/^E[A-Z]+$/.test(code ?? '')) return undefined;
  const message = `The system refuses what this command needs: ${error.message}. Check the path, its rights, and the room on the disk.`;
  return new CommandError(EXIT.unreachable, 'PAN6119', 'dir', message);
}
