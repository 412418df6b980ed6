// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const COMMANDS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/**
 * A text of anybody's that can be shown as one line: what ends a line, commands a terminal or turns the direction of
 * writing round becomes a blank. Else who is billed could write lines of a log that look like those of the application.
 */
export const oneLine = (text: string): string => text.replace(COMMANDS, ' ');
