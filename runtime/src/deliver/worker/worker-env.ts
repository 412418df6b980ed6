/** Options that load or start something else in every thread: hooks, debuggers, profilers. Ours has no use for them. */
const FOREIGN =
  /^(?:-r|--require|--import|--loader|--experimental-loader|--env-file(?:-if-exists)?|--inspect\S*|--cpu-prof\S*|--heap-prof\S*)$/;

/**
 * The environment of the worker: that of the application, but for what `NODE_OPTIONS` loads. A transpiler or an agent in
 * there would cost a start of its own, and could rewrite us.
 */
export function workerEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, ...rest } = env;
  if (NODE_OPTIONS === undefined) return rest;
  const kept = withoutForeign(NODE_OPTIONS.match(/(?:[^\s"]|"(?:\\.|[^"])*")+/g) ?? []);
  return kept.length === 0 ? rest : { ...rest, NODE_OPTIONS: kept.join(' ') };
}

function withoutForeign(words: readonly string[]): string[] {
  return words.filter((word, index) => !isForeign(word) && !takesNext(words[index - 1]));
}

const isForeign = (word: string): boolean => FOREIGN.test(word.split('=')[0] ?? '');

/** `--require file`, in two words. */
const takesNext = (word: string | undefined): boolean =>
  word !== undefined &&
  !word.includes('=') &&
  /^(?:-r|--require|--import|--loader|--experimental-loader|--env-file)/.test(word);
