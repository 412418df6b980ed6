import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import * as driver6 from 'mongodb-6';
import { afterAll, describe, expect, test } from 'vitest';
import { expectNoCanary, withCanary } from '../../../../fixtures/tools/canary.ts';
import { numberedEvents } from '../../../../fixtures/tools/log-events.ts';
import { ownServer } from '../../../../fixtures/tools/own-server.ts';
import { startSecantus } from '../../../../fixtures/tools/secantusdb.ts';
import type { Driver } from './client.ts';
import { MongodbTransport } from './transport.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'panoptic-tls-'));
const file = (name: string): string => path.join(folder, name);
const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });

/** An authority of its own, in `{name}.pem`. */
function authority(name: string): void {
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-keyout', `${name}.key`, '-out', `${name}.pem`];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject);
}

/** A certificate of `authority` for a host, in `{name}.pem` with its key in `{name}.key`. */
function certificate(name: string, authority: string, host: string): void {
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
  );
  writeFileSync(file(`${name}.ext`), `subjectAltName=${host}\n`);
  const signer = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-extfile', `${name}.ext`, '-out', `${name}.pem`);
}

const servers = await ownServer('TLS to MongoDB', async () => {
  authority('ours');
  authority('another');
  certificate('right', 'ours', 'IP:127.0.0.1');
  certificate('wrong-host', 'ours', 'DNS:db.example');
  const withTls = (name: string) =>
    startSecantus({ args: ['--tls-cert-file', file(`${name}.pem`), '--tls-key-file', file(`${name}.key`)] });
  return { right: await withTls('right'), wrongHost: await withTls('wrong-host'), plain: await startSecantus() };
});
afterAll(async () => {
  for (const server of Object.values(servers ?? {})) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!servers).each<[string, () => Promise<Driver>]>([
  ['driver 7', () => import('mongodb')],
  ['driver 6', async () => driver6 as unknown as Driver],
])('TLS, %s', (_, driver) => {
  const send = async (uri: string): Promise<unknown> => {
    const transport = new MongodbTransport({ uri: `${uri}&serverSelectionTimeoutMS=1500`, driver });
    const events = numberedEvents(0, 3, `panoptic-tls-${process.pid}`);
    try {
      return await transport.send(events, AbortSignal.timeout(20_000));
    } catch (error) {
      expectNoCanary(undefined, error);
      return error;
    } finally {
      await transport.close();
    }
  };
  const { right, wrongHost, plain } = servers ?? {};
  const ca = (name: string): string => `?tls=true&tlsCAFile=${file(`${name}.pem`)}`;

  test('the right authority is trusted', async () => {
    expect(await send(`${right?.uri}${ca('ours')}`)).toMatchObject({ refused: [] });
    const client = new MongoClient(`${right?.uri}${ca('ours')}`);
    expect(await client.db(`panoptic-tls-${process.pid}`).collection('openai_test').countDocuments()).toBeGreaterThan(
      0,
    );
    await client.close();
  });

  test.each([
    ['another authority', () => `${withCanary(right?.uri ?? '')}${ca('another')}`],
    ['no authority', () => `${withCanary(right?.uri ?? '')}?tls=true`],
    ['a certificate of another host', () => `${withCanary(wrongHost?.uri ?? '')}${ca('ours')}`],
  ])('%s: a line about TLS', async (_, uri) => {
    expect(await send(uri())).toMatchObject({
      code: 'PAN6409',
      message: expect.stringContaining('Check tls, tlsCAFile'),
    });
  });

  // a server may close such a connection, or wait for more
  test.each([
    ['TLS to a server without', () => `${withCanary(plain?.uri ?? '')}${ca('ours')}`],
    ['no TLS to a server that asks for it', () => `${withCanary(right?.uri ?? '')}?appName=x`],
  ])('%s: a line that names the possibility', async (_, uri) => {
    const code = expect.stringMatching(/PAN640[69]/);
    expect(await send(uri())).toMatchObject({ code, message: expect.stringContaining('TLS') });
  });

  test('an authority that cannot be read: a line about the connection string or TLS', async () => {
    const failure = await send(`${withCanary(right?.uri ?? '')}?tls=true&tlsCAFile=${file('missing.pem')}`);
    expect(failure).toMatchObject({
      code: expect.stringMatching(/PAN64(?:09|10)/),
      message: expect.stringContaining('tlsCAFile'),
    });
  });
});
