import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectionString } from 'mongodb-connection-string-url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { build } from '../../deploy/build.ts';

const root = join(import.meta.dirname, '../..');

describe('what packages load and no function uses', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-lean-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
    mkdirSync(join(folder, 'functions'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const bundled = async (...lines: string[]) => {
    writeFileSync(join(folder, 'functions/ingest.ts'), `${lines.join('\n')}\n`);
    await build(folder);
    const dist = join(folder, 'dist/ingest');
    const code = readdirSync(dist).filter((file) => file.endsWith('.mjs'));
    const text = code.map((file) => readFileSync(join(dist, file), 'utf8')).join('\n');
    const { handler } = await import(join(dist, 'index.mjs'));
    return { text, handler };
  };

  it('of zod is what nobody asks its namespace for', async () => {
    const { text, handler } = await bundled(
      `import * as z from 'zod';`,
      'export const handler = (value: unknown) => z.int().safeParse(value).error?.issues[0]?.message;',
    );
    expect(handler('x')).toBe('Invalid input: expected number, received string');
    expect(text.includes('fromJSONSchema')).toBe(false);
  });

  it('of the driver of MongoDB are the names of hosts in all scripts; its connection strings are read as before', async () => {
    const { text, handler } = await bundled(
      `import { ConnectionString } from 'mongodb-connection-string-url';`,
      'export const handler = (uri: string) => new ConnectionString(uri);',
    );
    // The table alone has 230 KB.
    expect(text.length).toBeLessThan(50_000);
    for (const uri of [
      'mongodb://127.0.0.1:27017/',
      'mongodb://a.example:1,b.example:2,[::1]:3/db?replicaSet=rs&W=majority&readPreferenceTags=dc:ny,rack:1',
      'mongodb+srv://%C3%BCser:p%40ss%3Aw%2Frd@cluster.example.net/d%20b?authSource=admin&appName=a%20b+c',
      'mongodb://MÜNCHEN.example/?tls=true#x',
      'MongoDB://user:@h/',
      'mongodb://h?w=1',
      'mongodb://h',
    ]) {
      expect(
        read(() => handler(uri)),
        uri,
      ).toEqual(read(() => new ConnectionString(uri)));
    }
  });

  it('of AWS’s driver are the places where credentials lie on other machines', async () => {
    const { text, handler } = await bundled(
      `import { SQSClient } from '@aws-sdk/client-sqs';`,
      `export const handler = () => new SQSClient({ region: 'eu-central-1' }).config.credentials();`,
    );
    expect(['credential_process', 'sso_start_url'].filter((word) => text.includes(word))).toEqual([]);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    expect(await handler()).toMatchObject({
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    await expect(handler()).rejects.toMatchObject({ name: 'CredentialsProviderError' });
  });
});

/** All that a connection string says, or that it is none. */
function read(make: () => ConnectionString) {
  try {
    const uri = make();
    const { href, hosts, username, password, pathname, search, hash, isSRV } = uri;
    const parameters = [...uri.searchParams];
    const options = { w: uri.searchParams.get('w'), source: uri.searchParams.get('AUTHSOURCE') };
    return {
      href,
      hosts,
      username,
      password,
      pathname,
      search,
      hash,
      isSRV,
      parameters,
      options,
      text: uri.redact().toString(),
    };
  } catch (error) {
    return String(error);
  }
}
