import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { PanopticOptions } from './options.ts';
import { resolveConfig } from './resolve.ts';

const problemsOf = (logger: unknown, env: Record<string, string> = {}): string[] =>
  resolveConfig({ logger } as PanopticOptions, { VITEST: '1', ...env }, '/').problems.map(
    ({ code, message }) => `${code}: ${message}`,
  );

it.each([
  [undefined],
  [pino()],
  [{}],
  [{ level: 'token_usage', destination: 2 }],
  [{ level: 'audit', pinoOptions: { customLevels: { audit: 45 } } }],
  [{ transport: { target: 'pino-pretty' } }],
  [{ transport: { pipeline: [{ target: 'a' }, { target: 'b' }] } }],
  [{ transport: { targets: [{ target: 'a', level: 'charge' }, { pipeline: [{ target: 'b' }] }] } }],
  [{ redact: { paths: ['a'], remove: true }, destination: { write: () => {} } }],
])('takes what loggers can be made of %#', (logger) => {
  expect(problemsOf(logger)).toEqual([]);
});

it('names what is wrong by its path, all at once', () => {
  const wrong = {
    level: 'inof',
    colour: true,
    transport: {
      targets: [{ target: 'a', level: 'loud' }, { options: {} }, { pipeline: [{ target: '' }] }, { pipeline: [] }],
    },
    destination: true,
    redact: 'card',
    pinoOptions: { level: 'debug', mixin: {}, customLevels: { audit: '45' } },
  };
  expect(problemsOf(wrong).map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual([
    'PAN4102: logger.colour',
    'PAN4101: logger.pinoOptions.level',
    'PAN4101: logger.pinoOptions.mixin',
    'PAN4101: logger.pinoOptions.customLevels',
    'PAN4101: logger.destination',
    'PAN4101: logger.level',
    'PAN4101: logger.destination',
    'PAN4101: logger.redact',
    'PAN4101: logger.transport.targets[0].level',
    'PAN4101: logger.transport.targets[1].target',
    'PAN4101: logger.transport.targets[2].pipeline[0].target',
    'PAN4101: logger.transport.targets[3].pipeline',
  ]);
  expect(problemsOf(wrong).join()).toContain("'info' perhaps");
});

it.each([['x'], [null], [[]], [{ child: () => {}, level: 'info' }]])('says what `logger` can be %#', (logger) => {
  expect(problemsOf(logger)).toEqual([
    expect.stringMatching(/^PAN4101: logger must be a logger of pino, or an object/),
  ]);
});

it('wants one kind of transport', () => {
  const message = 'PAN4101: logger.transport must have exactly one of target, targets and pipeline.';
  expect(problemsOf({ transport: {} })).toEqual([message]);
  expect(problemsOf({ transport: { target: 'a', targets: [{ target: 'b' }] } })).toEqual([message]);
});

it('takes the level from its option, then its variable', () => {
  const level = (logger: object, env: Record<string, string>): unknown =>
    resolveConfig({ logger } as PanopticOptions, { VITEST: '1', ...env }, '/').logger.options?.level;
  expect(level({}, {})).toBe('info');
  expect(level({}, { PANOPTIC_LOGGER_LEVEL: 'WARN' })).toBe('warn');
  expect(level({ level: 'debug' }, { PANOPTIC_LOGGER_LEVEL: 'warn' })).toBe('debug');
  expect(problemsOf({}, { PANOPTIC_LOGGER_LEVEL: 'loud' })).toEqual([
    expect.stringContaining('PAN4101: PANOPTIC_LOGGER_LEVEL must be one of trace,'),
  ]);
});

it('keeps what may be a secret out of the configuration', () => {
  const options = { logger: { transport: { target: 'pino-loki', options: { basicAuth: { password: 'c4n4ry' } } } } };
  const { config } = resolveConfig(options, { VITEST: '1' }, '/');
  expect(JSON.stringify(config)).not.toContain('c4n4ry');
});
