// biome-ignore-all lint/suspicious/noTsIgnore: there is an error only where an application has not installed pino

// pino is an optional peer: without it these types are `any`, and an application that has no logger is type-checked all the
// same. Only comments of this form, with the directive in their last line, get into the declarations.

/**
 * @ts-ignore */
export type Logger<CustomLevels extends string> = import('pino').Logger<CustomLevels>;

/**
 * @ts-ignore */
export type ChildLoggerOptions<CustomLevels extends string> = import('pino').ChildLoggerOptions<CustomLevels>;

/**
 * @ts-ignore */
export type PinoOptions = import('pino').LoggerOptions<string, boolean>;
