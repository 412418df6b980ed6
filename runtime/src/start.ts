/** Starts delivery; called once, synchronously, at the first event of the process. */
export function start(): void {}
