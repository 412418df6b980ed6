import { createContext, Script } from 'node:vm';
import { say } from '../diagnostics/say.ts';
import type { ErrorFacts } from '../instrument/batch.ts';

/** Longest time that the patterns may take for one error, ms: some take for ever with some texts. */
const LIMIT_MS = 100;

/** A pattern that takes too long so often in a row is not tried again. */
const STRIKES = 3;

const HIDDEN = '***';

/** A literal text, or a pattern with the flag `g`. */
export type OwnPattern = string | RegExp;

/**
 * Takes out of errors what the option `redact` names. Patterns run under a limit, since one that hangs would hold up every
 * event; a text that has not been searched to its end is hidden whole.
 */
export class OwnPatterns {
  readonly #patterns: readonly OwnPattern[];
  /** Times in a row that a pattern took too long, by its place. */
  readonly #strikes: number[];
  readonly #script: Script = new Script('run()');
  #run: () => void = () => {};
  readonly #context: object = createContext({ run: () => this.#run() });
  /** The place of the pattern at work. */
  #at = 0;

  constructor(patterns: readonly OwnPattern[]) {
    this.#patterns = patterns;
    this.#strikes = patterns.map(() => 0);
  }

  /** Never throws. */
  hide(error: ErrorFacts): ErrorFacts {
    const { message, code, stack } = error;
    const hidden = this.#hide([message, code ?? '', stack ?? '']);
    return {
      ...error,
      message: hidden[0] ?? HIDDEN,
      ...(code !== undefined && { code: hidden[1] ?? HIDDEN }),
      ...(stack !== undefined && { stack: hidden[2] ?? HIDDEN }),
    };
  }

  /** Empty where it took too long. */
  #hide(texts: readonly string[]): string[] {
    if (this.#strikes.some((strikes) => strikes >= STRIKES)) return [];
    try {
      let hidden = [...texts];
      const work = (): void => {
        for (const [place, pattern] of this.#patterns.entries()) {
          this.#at = place;
          hidden = hidden.map((text) => text.replaceAll(pattern, () => HIDDEN));
          this.#strikes[place] = 0;
        }
      };
      if (this.#patterns.every((pattern) => typeof pattern === 'string')) work();
      else {
        this.#run = work;
        this.#script.runInContext(this.#context, { timeout: LIMIT_MS });
      }
      return hidden;
    } catch {
      this.#tooLong();
      return [];
    }
  }

  #tooLong(): void {
    const place = this.#at;
    const strikes = (this.#strikes[place] ?? 0) + 1;
    this.#strikes[place] = strikes;
    const consequence =
      strikes >= STRIKES ? 'messages and stacks of all errors are hidden from now on' : 'that error is hidden';
    say('PAN4162', `redact[${place}] takes longer than ${LIMIT_MS} ms: ${consequence}. Simplify the pattern.`);
  }
}
