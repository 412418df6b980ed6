#!/usr/bin/env node
import { EXIT } from './cli/exit-codes.ts';
import { processIo } from './cli/io.ts';
import { run } from './cli/program.ts';

// `panoptic events | head`: the reader has seen enough
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  // a full disk behind `>` is no bug of ours: what has been written until now is not all of it
  process.stderr.write(`PAN6119: The output cannot be written: ${error.message}. What is there is not complete.\n`);
  process.exit(EXIT.unreachable);
});

process.exitCode = await run(process.argv.slice(2), processIo());
