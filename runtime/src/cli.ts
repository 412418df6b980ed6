#!/usr/bin/env node
import { processIo } from './cli/io.ts';
import { run } from './cli/program.ts';

// `panoptic events | head`: the reader has seen enough
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), processIo());
