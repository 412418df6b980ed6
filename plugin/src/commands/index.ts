import { PanopticBuildError } from '../build-error.ts';
import { check } from './check.ts';
import { inventory } from './inventory.ts';
import { type CommandIo, EXIT } from './io.ts';
import { print } from './print.ts';

export type { CheckOptions } from './check.ts';
export type { InventoryCommandOptions } from './inventory.ts';
export type { AnnotationOptions, Column, CommandIo, Output } from './io.ts';
export type { PrintOptions } from './print.ts';

type Command<Options> = (options: Options, io: CommandIo) => Promise<number>;

/** What would stop the build stops a command too: the user's to correct, and no bug of ours. */
const told =
  <Options>(command: Command<Options>): Command<Options> =>
  async (options, io) => {
    try {
      return await command(options, io);
    } catch (error) {
      if (!(error instanceof PanopticBuildError)) throw error;
      io.stderr.write(`${error.message}\n`);
      return EXIT.usage;
    }
  };

/** The commands of `panoptic` that need the compiler side. Each resolves with the exit code. */
export const commands: { print: typeof print; check: typeof check; inventory: typeof inventory } = {
  print: told(print),
  check: told(check),
  inventory: told(inventory),
};
