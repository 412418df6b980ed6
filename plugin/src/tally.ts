const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** What one build (or one environment of it) found, file by file, so that a rebuild of one file counts it once. */
export class Tally {
  readonly #billed = new Map<string, number>();
  readonly #unrecorded = new Map<string, number>();

  /** Notes the functions of one file; `recorded` is false for client code, which is left as it is. */
  note(file: string, functions: number, recorded: boolean): void {
    const files = recorded ? this.#billed : this.#unrecorded;
    if (functions > 0) files.set(file, functions);
    else files.delete(file);
  }

  get functions(): number {
    return sum(this.#billed);
  }

  /** `3 functions in 2 files` */
  get summary(): string {
    return `${count(this.functions, 'function')} in ${count(this.#billed.size, 'file')}`;
  }

  /** As `summary`, of the client code; undefined when there was none. */
  get unrecorded(): string | undefined {
    const { size } = this.#unrecorded;
    return size === 0 ? undefined : `${count(sum(this.#unrecorded), 'annotated function')} in ${count(size, 'file')}`;
  }
}

function sum(files: Map<string, number>): number {
  let total = 0;
  for (const functions of files.values()) total += functions;
  return total;
}
