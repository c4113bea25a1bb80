import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { findProgram, startProgram } from '../../local/stack/engines/program.ts';
import { startReaper } from '../../local/stack/reaper.ts';

export interface RedisBehindTls {
  /** `rediss://…`, of a user whose password has every character that means something in an address. */
  url: string;
  /** The certificate of its authority, which nobody else knows. */
  caFile: string;
  stop(): Promise<void>;
}

const USER = 'app';
const PASSWORD = 'p@s/s:w#o%r&d?';

/**
 * A Redis of this machine that takes connections by TLS alone, with a certificate of an authority that is made for it.
 * @returns why there is none, as a line, where a program is missing or was built without TLS
 */
export async function startRedisBehindTls(): Promise<RedisBehindTls | string> {
  const [redis, openssl] = await Promise.all([
    findProgram(['redis-server', 'valkey-server']),
    findProgram(['openssl']),
  ]);
  if (redis === undefined || openssl === undefined)
    return `${redis === undefined ? 'redis-server' : 'openssl'} is not on the search path`;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
  const path = (name: string) => join(folder, name);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  makeCertificates(openssl, path);
  const reaper = startReaper();
  try {
    const { port, stop } = await startProgram(
      redis,
      (free, own) => [
        ...['--port', '0', '--tls-port', String(free), '--bind', '127.0.0.1', '--dir', own],
        ...['--tls-cert-file', path('server.pem'), '--tls-key-file', path('server.key'), '--tls-auth-clients', 'no'],
        ...['--save', '', '--appendonly', 'no', '--user', 'default', 'off'],
        ...['--user', USER, 'on', `>${PASSWORD}`, '~*', '&*', '+@all'],
      ],
      async (free) => {
        const socket = connect({ host: '127.0.0.1', port: free, ca: readFileSync(path('ca.pem')) });
        await once(socket, 'secureConnect');
        socket.destroy();
      },
      reaper.watch,
    );
    return {
      url: `rediss://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
      caFile: path('ca.pem'),
      async stop() {
        await stop();
        reaper.stop();
        remove();
      },
    };
  } catch (error) {
    reaper.stop();
    remove();
    const { message } = error as Error;
    if (/tls/i.test(message)) return message;
    throw error;
  }
}

/** `ca.pem`, and `server.pem` with its key for 127.0.0.1. */
function makeCertificates(openssl: string, path: (name: string) => string): void {
  const make = (...args: string[]) => execFileSync(openssl, args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const ca = ['-keyout', path('ca.key'), '-out', path('ca.pem'), '-subj', '/CN=An authority of tests', '-days', '2'];
  make('req', '-x509', ...key, ...ca);
  make('req', ...key, '-keyout', path('server.key'), '-out', path('server.csr'), '-subj', '/CN=127.0.0.1');
  writeFileSync(path('names'), 'subjectAltName=IP:127.0.0.1');
  const signed = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-extfile', path('names')];
  make('x509', '-req', '-in', path('server.csr'), ...signed, '-out', path('server.pem'), '-days', '2');
}
