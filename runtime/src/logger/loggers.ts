import { resolveHere } from '../config/here.ts';
import type { LoggerSetting } from '../config/logger-options.ts';
import { say } from '../diagnostics/say.ts';
import { Lru } from '../event/lru.ts';
import { outside } from '../instrument/outside.ts';
import { runtimeState } from '../instrument/state.ts';
import { type Base, openBase } from './base.ts';
import { type LoggerContext, setContext } from './context.ts';
import { refuseSetting } from './failure.ts';
import { follow, sameSetting } from './follow.ts';
import type { PinoLogger } from './pino.types.ts';

/** What a logger of ours is a child of the base with. */
export interface Bindings extends LoggerContext {
  readonly more: Readonly<Record<string, unknown>>;
}

/** A logger that was given out, for as long as somebody has it, and its bindings. */
interface Made {
  readonly logger: WeakRef<object>;
  readonly bindings: Bindings;
}

/** Pairs of provider and service; a service that is a user's input must not fill memory. */
const MAX_CACHED = 1000;

/** Loggers of which nobody knows any more are forgotten when there are so many. */
const SWEEP_AT = 1000;

/**
 * The loggers of this process, shared by all copies of the runtime. One that was made before `createPanoptic` was called, as
 * modules do while they load, follows what that says: it is an empty object whose prototype is the real one.
 */
export class Loggers {
  /** What `createPanoptic` asked for; without it what the environment says. */
  #setting: LoggerSetting | undefined;
  #base: Base | undefined;
  readonly #cached: Lru<string, object> = new Lru(MAX_CACHED);
  #made: Made[] = [];
  #sweepAt: number = SWEEP_AT;

  /** The same one each time for a provider and a service. */
  get(bindings: LoggerContext): object {
    const key = JSON.stringify([bindings.provider, bindings.service]);
    const known = this.#cached.get(key);
    if (known !== undefined) return known;
    const logger = this.create({ ...bindings, more: {} });
    this.#cached.set(key, logger);
    return logger;
  }

  create(bindings: Bindings): object {
    const logger: object = Object.create(this.#child(this.#open(), bindings));
    setContext(logger, bindings);
    if (this.#made.length >= this.#sweepAt) this.#sweep();
    this.#made.push({ logger: new WeakRef(logger), bindings });
    return logger;
  }

  /**
   * Prepares for another setting; what it returns puts that into effect.
   * @throws PanopticError when loggers exist that cannot be made with it
   */
  prepare(setting: LoggerSetting): () => void {
    if (this.#base === undefined || sameSetting(this.#setting, setting)) {
      return () => {
        this.#setting = setting;
      };
    }
    const base = outside(() => openBase(setting));
    const living = this.#sweep();
    const children = living.map(({ bindings }) => this.#child(base, bindings));
    return () => {
      const before = this.#base;
      this.#setting = setting;
      this.#base = base;
      living.forEach(({ logger }, index) => {
        const [given, child] = [logger.deref(), children[index]];
        if (given !== undefined && child !== undefined) follow(given, child);
      });
      void before?.retire();
    };
  }

  /** Resolves when what was written has been taken, at the latest after `timeoutMs`. Never rejects. */
  async flush(timeoutMs: number): Promise<void> {
    await this.#base?.lines.target.flush(timeoutMs);
  }

  #open(): Base {
    if (this.#base === undefined) {
      this.#setting ??= automaticSetting();
      const setting = this.#setting;
      // a thread or a file must not keep the request alive that asks for the first logger
      this.#base = outside(() => openBase(setting));
    }
    return this.#base;
  }

  #child({ root }: Base, { provider, service, more }: Bindings): PinoLogger {
    try {
      return root.child({ ...more, provider, service });
    } catch (error) {
      // a formatter or `onChild` of the application
      throw refuseSetting('logger', error);
    }
  }

  #sweep(): readonly Made[] {
    this.#made = this.#made.filter(({ logger }) => logger.deref() !== undefined);
    this.#sweepAt = Math.max(SWEEP_AT, 2 * this.#made.length);
    return this.#made;
  }
}

export function processLoggers(): Loggers {
  const { extensions } = runtimeState();
  return (extensions.loggers ??= new Loggers()) as Loggers;
}

/** Flushes loggers, where there are any. */
export async function flushLoggers(timeoutMs: number): Promise<void> {
  await (runtimeState().extensions.loggers as Loggers | undefined)?.flush(timeoutMs);
}

function automaticSetting(): LoggerSetting {
  const { logger, problems } = resolveHere({});
  for (const { code, name, message } of problems) {
    if (name === 'PANOPTIC_LOGGER_LEVEL') say(code, `${message} The default is used.`, name);
  }
  return logger;
}
