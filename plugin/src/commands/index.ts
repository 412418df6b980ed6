import { check } from './check.ts';
import { inventory } from './inventory.ts';
import { print } from './print.ts';

export type { CheckOptions } from './check.ts';
export type { InventoryCommandOptions } from './inventory.ts';
export type { AnnotationOptions, Column, CommandIo, Output } from './io.ts';
export type { PrintOptions } from './print.ts';

/** The commands of `panoptic` that need the compiler side. Each resolves with the exit code. */
export const commands: { print: typeof print; check: typeof check; inventory: typeof inventory } = {
  print,
  check,
  inventory,
};
