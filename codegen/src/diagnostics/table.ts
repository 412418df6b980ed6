/** What is said about every finding with one code. */
export interface DiagnosticEntry {
  /** `error`: a billing event would be lost or falsified, so the build fails. */
  readonly severity: 'error' | 'warning';
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do next, unless the finding itself knows better. */
  readonly fix: string;
}

const error = (title: string, why: string, fix: string): DiagnosticEntry => ({ severity: 'error', title, why, fix });

/** The one table of findings. Codes are stable: 10xx the file, 11xx the annotation, 12xx its function, 13xx the rewrite, 14xx where no bundler runs. */
export const DIAGNOSTICS: Readonly<Record<DiagnosticCode, DiagnosticEntry>> = {
  PAN1001: error(
    'The file cannot be parsed',
    'Its annotations cannot be read, so its calls would not be billed.',
    'Correct the syntax; the bundler will stop at the same place.',
  ),
  PAN1101: error(
    'The annotation names no provider',
    'An event without a provider belongs to no bill.',
    'Write `provider=NAME` first, without spaces around `=`.',
  ),
  PAN1102: error('Unknown key', 'What it says would be lost.', 'Use one of the keys of the annotation grammar.'),
  PAN1103: error('Duplicate key', 'Only one of the two values can be true.', 'Keep one of them.'),
  PAN1104: error('Empty value', 'A key without a value says nothing.', 'Write a value after `=`, or remove the key.'),
  PAN1105: error(
    'Wrong kind of value',
    'The event would say something else than was meant.',
    'Write a value of the kind that the key takes.',
  ),
  PAN1106: error('The string is not closed', 'Where the value ends is not known.', 'Close the quote on the same line.'),
  PAN1107: error('Space around `=`', 'A word without `=` ends the annotation.', 'Write `key=value` without spaces.'),
  PAN1108: error(
    'Nearly the name of a known provider',
    'A misspelt provider is a bill of its own that nobody looks at.',
    'Correct the name, or add yours with the option `providers`.',
  ),
  PAN1109: error(
    'Nearly the name of a known category',
    'A misspelt category is a sum of its own.',
    'Correct the name.',
  ),
  PAN1110: error('The value is out of range', 'Sums made of it would be wrong.', 'Write a value inside the range.'),
  PAN1112: error(
    'The reference cannot be read',
    'The value would be missing from every event.',
    'Write `$name.path`, `$0.path`, `$this.path` or `$result.path`, with names or numbers between the dots.',
  ),
  PAN1113: error(
    'The key takes no reference',
    'Its value must be known when the code is built.',
    'Write the value itself.',
  ),
  PAN1115: error('Two annotations in one comment', 'A call is one event.', 'Keep one `@billable`.'),
  PAN1116: {
    severity: 'warning',
    title: 'Nearly `@billable`',
    why: 'The function below it is not billed.',
    fix: 'Write `@billable`.',
  },
  PAN1117: error(
    'The annotation is not in a JSDoc comment',
    'Only `/** */` is read, so the function below it would not be billed.',
    'Begin the comment with `/**`.',
  ),
  PAN1201: error(
    'The annotation belongs to nothing',
    'There is no call to bill.',
    'Put the comment right above a function, in front of `export` and `async`.',
  ),
  PAN1202: error(
    'The annotation does not stand above a function',
    'Only calls of functions are billed.',
    'Move the comment to the function that does the work.',
  ),
  PAN1203: error(
    'The function has no body here',
    'There is no code to measure.',
    'Put the comment on the implementation.',
  ),
  PAN1204: error(
    'More than one function follows the annotation',
    'It is not clear which one is billed.',
    'Put the comment right in front of the one it is for.',
  ),
  PAN1205: error('Two annotations for one function', 'A call is one event.', 'Keep one of them.'),
  PAN1302: error(
    'The body cannot be measured without changing its meaning',
    'The code that measures puts the body into a block, where functions declared in it follow other rules.',
    'Rename one of the two, or move the inner function out.',
  ),
  PAN1303: error(
    'The constructor cannot be measured without changing its meaning',
    'Compilers of TypeScript set fields and parameter properties behind `super()`, which must stay where they look for it; what is measured begins there.',
    'Call `super()` once, as a statement of the constructor itself, and declare before it what is used before it.',
  ),
  PAN1304: error(
    'The reference names no parameter',
    'The value would be missing from every event.',
    'Use the name of a parameter, `$this` or `$result`.',
  ),
  PAN1305: error(
    'A parameter of an arrow function that has no name cannot be read',
    'Reading it by position would change the function.',
    'Refer to one of the names in the pattern.',
  ),
  PAN1306: error(
    'The reference reads what this kind of function does not have',
    'The value would be missing from every event, or reading it would throw.',
    'Refer to a parameter.',
  ),
  PAN1307: error(
    'The text of the function runs somewhere else',
    'In a page or a worker that is made of its text, nothing that records calls exists, and the function would throw.',
    'Put the comment above the function that sends it; a function that stays here can be handed over inside an arrow function that calls it.',
  ),
  PAN1308: {
    severity: 'warning',
    title: 'A component is billed each time it renders',
    why: 'How often that happens is decided by the framework, which may also render it twice or throw a rendering away.',
    fix: 'Put the comment above the function that does the work, such as the one that fetches.',
  },
  PAN1401: error(
    'The runtime is not installed where the file finds it',
    'The rewritten code imports `@panoptic/runtime`.',
    'Run in the folder of the package: npm install @panoptic/runtime',
  ),
  PAN1402: error(
    'Another hook or compiler does not take the rewritten file',
    'The calls of its functions would not be billed.',
    'Start without that hook, or build the file with `@panoptic/plugin`.',
  ),
  PAN1403: error(
    'A compiler has removed the annotation',
    'What it made has no comment any more, so its calls would not be billed.',
    'Keep the comments when you compile: `removeComments: false` in tsconfig.json, no minifier before the hook; and put them above decorators, not below.',
  ),
  PAN1404: error(
    'An option cannot be used',
    'Annotations would be read in another way than was meant.',
    'The message says where it stands and what it takes.',
  ),
  PAN1405: error(
    'Bun takes no CommonJS from a hook',
    'It would load the file as a module without exports.',
    'Write the file as a module, or build the application with `@panoptic/plugin/bun`.',
  ),
};

export type DiagnosticCode =
  | 'PAN1001'
  | 'PAN1101'
  | 'PAN1102'
  | 'PAN1103'
  | 'PAN1104'
  | 'PAN1105'
  | 'PAN1106'
  | 'PAN1107'
  | 'PAN1108'
  | 'PAN1109'
  | 'PAN1110'
  | 'PAN1112'
  | 'PAN1113'
  | 'PAN1115'
  | 'PAN1116'
  | 'PAN1117'
  | 'PAN1201'
  | 'PAN1202'
  | 'PAN1203'
  | 'PAN1204'
  | 'PAN1205'
  | 'PAN1302'
  | 'PAN1303'
  | 'PAN1304'
  | 'PAN1305'
  | 'PAN1306'
  | 'PAN1307'
  | 'PAN1308'
  | 'PAN1401'
  | 'PAN1402'
  | 'PAN1403'
  | 'PAN1404'
  | 'PAN1405';
