import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bannerOf, type Told } from '../../../local/terminal/banner.ts';

const long = { type: 'long.one', example: { text: 'x'.repeat(100) } };
const told: Told = {
  api: 'http://127.0.0.1:3000',
  engines: {
    mongo: { uri: 'mongodb://user:secret@db.example/?replicaSet=a', name: 'MongoDB 8.0.4 (named by MONGODB_URI)' },
    redis: { url: 'redis://127.0.0.1:6379', name: 'embedded' },
    sqs: { endpoint: 'http://127.0.0.1:9324', queueUrlPrefix: '', name: 'embedded', tellsSenders: true },
  },
  logFile: '/tmp/log',
  examples: [long, { type: 'short.one', example: { text: "it's" } }],
  state: '.sluice/',
};

test('says where everything is', () => {
  const banner = bannerOf(told);
  for (const part of [
    'http://127.0.0.1:3000',
    'Events   2 types  http://127.0.0.1:3000/event-types',
    'MongoDB 8.0.4 (named by MONGODB_URI)',
    'redis://127.0.0.1:6379',
    '/tmp/log',
    'State    .sluice/',
    'docs/local.md',
  ])
    expect(banner).toContain(part);
});

test('shows the key of a start that asks for one, and sends it along', () => {
  const key = `slc_local_${'a'.repeat(43)}000000`;
  const banner = bannerOf({ ...told, key });
  expect(banner).toContain(`Key      ${key}`);
  expect(banner).toContain(`-H 'authorization: Bearer ${key}'`);
  for (const line of banner.slice(banner.indexOf('  curl')).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  for (const word of ['Key', 'authorization']) expect(bannerOf(told)).not.toContain(word);
});

test('shows no password', () => {
  expect(bannerOf(told)).not.toContain('secret');
  expect(bannerOf(told)).toContain('mongodb://…@db.example');
});

test('the command sends the shortest example, quoted for a shell', () => {
  expect(bannerOf(told)).toContain(String.raw`-d '{ "type": "short.one", "data": { "text": "it'\''s" } }'`);
});

test('entry 24: the command fits in 100 columns, and a shell understands it as it is', () => {
  const fields = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`field${index}`, `it's ${'x'.repeat(index)}`]),
  );
  const example = { ...fields, list: [{ a: 1 }, 'two words'], empty: {} };
  const banner = bannerOf({ ...told, examples: [{ type: 'long.one', example }] });
  const command = banner.slice(banner.indexOf('  curl'));
  const lines = command.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  const printed = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@" '---'; }\n${command}`], { encoding: 'utf8' });
  const [, data = ''] = printed.split('\n-d\n');
  expect(JSON.parse(data.replace('---', ''))).toEqual({ type: 'long.one', data: example });
  expect(printed).toContain('http://127.0.0.1:3000/events\n-H\ncontent-type: application/json\n-H\nprefer: wait=5\n');
});

test('says how to add an event type where there is none to send', () => {
  const banner = bannerOf({ ...told, examples: [], state: 'not kept' });
  expect(banner).toContain('no event type is declared; add one: npm run new -- <type>');
  expect(banner).not.toContain('curl');
});
