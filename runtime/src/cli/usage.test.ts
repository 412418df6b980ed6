import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import manifest from '../../package.json' with { type: 'json' };
import { EXIT } from './exit-codes.ts';
import { run } from './program.ts';

it('shows help worth reading', async () => {
  const io = capturedIo(scratchFolder());
  expect(await run(['--help'], io)).toBe(EXIT.ok);
  expect(io.out()).toMatchInlineSnapshot(`
    "Usage: panoptic [options] [command]

    Shows what the annotated functions of this project were called for, and what was generated for them.

    Options:
      -V, --version               output the version number
      -h, --help                  display help for command

    Commands:
      report [options]            Calls, errors, durations, quantities, tenants and amounts, from the
                                  log or from MongoDB.
      events [options]            The latest billing events, newest last.
      ship [options]              Moves the events of a log into MongoDB: what is there already stays,
                                  nothing is doubled.
      export [options]            Writes events for other programs: mongorestore, JSON lines, CSV; from
                                  the log or from MongoDB.
      import [options] <file>     Takes events from JSON lines or a mongodump folder into the log or
                                  into MongoDB.
      backup [options] <file>     Copies a log into one file, also while it is being written.
      restore [options] <file>    Puts the events of a backup into a log, those that are missing there.
      verify [options]            Reads every stored event and checks it; exact sums by provider and
                                  service.
      doctor [options]            Why are there no events? Checks settings, packages, destination and
                                  log, and says what to do.
      migrate [options]           Brings stored events of older versions to the current one, in the log
                                  or in MongoDB.
      print [options] <file>      The code that is generated for one file, as a diff. Needs
                                  @panoptic/plugin.
      check [options] [globs...]  Every annotation of the project, checked as the build does. Needs
                                  @panoptic/plugin.
      inventory [options]         Every billable function with its place and its type. Needs
                                  @panoptic/plugin.
      help [command]              display help for command

    Examples:
      $ panoptic report                        what was called, how often, how long, for whom
      $ panoptic report --by tenant --since 1d
      $ panoptic events --follow               watch calls arrive
      $ panoptic ship --uri mongodb://db       move the log into MongoDB
      $ panoptic doctor                        why are there no events?
      $ panoptic print src/model.ts            the code that is generated for a file
      $ panoptic check                         every annotation of the project, as in the build

    Exit codes:
      0   done
      1   findings: annotations that cannot be honoured, events that were refused, damage
      2   wrong usage: unknown option, unreadable value, file or project not found
      3   events not reachable: no log found, log unreadable, MongoDB does not answer
      4   a package this command needs is not installed
      70  a bug in Panoptic

    "
  `);
});

it.each([
  'report',
  'events',
  'ship',
  'export',
  'import',
  'backup',
  'restore',
  'verify',
  'doctor',
  'migrate',
  'print',
  'check',
  'inventory',
])('explains %s within 100 columns', async (name) => {
  const io = capturedIo(scratchFolder());
  expect(await run([name, '--help'], io)).toBe(EXIT.ok);
  expect(io.out()).toContain(`Usage: panoptic ${name}`);
  expect(
    Math.max(
      ...io
        .out()
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(100);
});

it('knows its version', async () => {
  const io = capturedIo(scratchFolder());
  expect(await run(['--version'], io)).toBe(EXIT.ok);
  expect(io.out()).toBe(`${manifest.version}\n`);
});

it.each([
  [['reprot'], 'Did you mean report?'],
  [['report', '--jsn'], 'Did you mean --json?'],
  [['report', '--by', 'function,speed'], 'PAN6101'],
  [['events', '--limit', 'many'], 'PAN6102'],
  [['report', '--since', 'yesterday'], 'PAN6103'],
  [['report', '--time-zone', 'Mars/Olympus'], 'PAN6104'],
  [['check', '--providers', 'Acme'], 'PAN6106'],
  [['report', '--dir', 'x', '--uri', 'mongodb://y'], 'cannot be used with'],
  [['report', '--uri', 'postgres://me:s3cret@host'], 'PAN6202'],
  [['print'], "missing required argument 'file'"],
])('refuses %j', async (args, text) => {
  const io = capturedIo(scratchFolder());
  expect(await run(args, io)).toBe(EXIT.usage);
  expect(io.err()).toContain(text);
  expect(io.err()).not.toContain('s3cret');
  expect(io.out()).toBe('');
});

it('says what to do when there are no events to be found', async () => {
  const io = capturedIo(scratchFolder());
  expect(await run(['report'], io)).toBe(EXIT.unreachable);
  expect(io.err()).toMatch(/^PAN6201: No events found: no \.panoptic folder .*--uri/);
});

it('refuses a bad variable only where it says where events are', async () => {
  const root = scratchFolder();
  const unrelated = capturedIo(root, { env: { PANOPTIC_MAX_WAIT_TIME_MS: 'soon' } });
  expect(await run(['report'], unrelated)).toBe(EXIT.unreachable);
  const place = capturedIo(root, { env: { PANOPTIC_MONGODB_URI: 'nonsense' } });
  expect(await run(['report'], place)).toBe(EXIT.usage);
  expect(place.err()).toContain('PANOPTIC_MONGODB_URI');
});

it("prefers the project's own plugin to the one beside the runtime", async () => {
  const root = scratchFolder();
  const folder = path.join(root, 'node_modules', '@panoptic', 'plugin');
  mkdirSync(folder, { recursive: true });
  const exports = { './commands': { default: './commands.mjs' } };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: '@panoptic/plugin', exports }));
  const source = `export const commands = { check: async (options, io) => {
    io.stdout.write(JSON.stringify(options) + '\\n' + io.table([{ title: 'a' }], [['b']]));
    return 1;
  } };`;
  writeFileSync(path.join(folder, 'commands.mjs'), source);
  const io = capturedIo(path.join(root));
  const args = ['check', 'src/*.ts', 'lib', '--strict', '--providers', 'Acme=API, Globex=AI'];
  expect(await run(args, io)).toBe(EXIT.findings);
  const [options = '', ...table] = io.out().trimEnd().split('\n');
  expect(JSON.parse(options)).toEqual({
    globs: ['src/*.ts', 'lib'],
    strict: true,
    providers: { Acme: 'API', Globex: 'AI' },
  });
  expect(table).toEqual(['a', '─', 'b']);
});
