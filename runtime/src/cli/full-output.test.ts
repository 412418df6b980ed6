import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildChild } from '../../../fixtures/tools/child.ts';
import { EXIT } from './exit-codes.ts';

const FULL = '/dev/full';

it.skipIf(!existsSync(FULL))(
  'says in one line that its output cannot be written (where there is /dev/full)',
  async () => {
    const script = await buildChild(`await import('./cli.ts');`);
    const full = openSync(FULL, 'w');
    onTestFinished(() => {
      closeSync(full);
      rmSync(path.dirname(script), { recursive: true, force: true });
    });
    const { status, stderr } = spawnSync(process.execPath, [script, '--help'], { stdio: ['ignore', full, 'pipe'] });
    expect(String(stderr)).toMatch(
      /^PAN6119: The output cannot be written: ENOSPC: .* What is there is not complete\.\n$/,
    );
    expect(status).toBe(EXIT.unreachable);
  },
);
