import { describe, expect, it } from 'vitest';
import type { Answer, Job, Rewrite } from './protocol.ts';
import { createTransformer, type WorkerPort } from './transformer.ts';

const rewriteOf = ({ file, source }: Job): Rewrite => ({
  file,
  source,
  code: source,
  billables: [],
  diagnostics: [],
  annotations: [],
  edits: [],
  ms: 0,
});

/** A worker that answers when it is told to. */
class Port implements WorkerPort {
  jobs: Job[] = [];
  terminated = false;
  onmessage: WorkerPort['onmessage'] = null;
  onerror: WorkerPort['onerror'] = null;
  postMessage(job: Job): void {
    this.jobs.push(job);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(data: Answer): void {
    this.onmessage?.({ data } as MessageEvent<Answer>);
  }
  finish(): void {
    const job = this.jobs.at(-1);
    if (job) this.say({ id: job.id, type: 'done', rewrite: rewriteOf(job) });
  }
}

function setUp(patience?: number) {
  const ports: Port[] = [];
  const seen: string[] = [];
  const failures: string[] = [];
  const transformer = createTransformer({
    spawn: () => ports[ports.push(new Port()) - 1] as Port,
    onRewrite: ({ source }) => seen.push(source),
    onFailure: (reason) => failures.push(reason),
    ...(patience === undefined ? {} : { patience }),
  });
  return { ports, seen, failures, transformer };
}

describe('transformer', () => {
  it('starts one worker for all jobs, at the first of them', () => {
    const { ports, seen, transformer } = setUp();
    expect(ports).toHaveLength(0);
    transformer.transform('a.ts', '1');
    ports[0]?.finish();
    transformer.transform('a.ts', '2');
    ports[0]?.finish();
    expect(seen).toEqual(['1', '2']);
    expect(ports).toHaveLength(1);
  });

  it('shows the newest source only, and skips those between', () => {
    const { ports, seen, transformer } = setUp();
    for (const source of ['1', '2', '3']) transformer.transform('a.ts', source);
    ports[0]?.finish();
    ports[0]?.finish();
    expect(ports[0]?.jobs.map((job) => job.source)).toEqual(['1', '3']);
    expect(seen).toEqual(['3']);
  });

  it('replaces a worker that crashed, and does not repeat the job that crashed it', () => {
    const { ports, seen, failures, transformer } = setUp();
    transformer.transform('a.ts', 'bad');
    ports[0]?.say({ id: 1, type: 'crashed', reason: 'out of memory' });
    expect(failures).toEqual(['out of memory']);
    expect(ports[0]?.terminated).toBe(true);
    expect(ports).toHaveLength(1);

    transformer.transform('a.ts', 'good');
    ports[1]?.finish();
    expect(seen).toEqual(['good']);
  });

  it('goes on with the source that waited when the worker was lost', () => {
    const { ports, seen, failures, transformer } = setUp();
    transformer.transform('a.ts', 'bad');
    transformer.transform('a.ts', 'good');
    ports[0]?.onerror?.({ message: '' } as ErrorEvent);
    ports[1]?.finish();
    expect(failures).toEqual([]);
    expect(seen).toEqual(['good']);
  });

  it('gives up on a worker that hangs', async () => {
    const { ports, failures, transformer } = setUp(10);
    transformer.transform('a.ts', 'while (true);');
    await expect.poll(() => failures).toEqual(['It gave no answer for 0.01 seconds.']);
    expect(ports[0]?.terminated).toBe(true);
  });

  it('hears nothing any more once closed', () => {
    const { ports, seen, transformer } = setUp();
    transformer.transform('a.ts', '1');
    transformer.close();
    ports[0]?.finish();
    expect(seen).toEqual([]);
    expect(ports[0]?.terminated).toBe(true);
  });
});
