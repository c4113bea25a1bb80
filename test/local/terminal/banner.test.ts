import { expect, test } from 'vitest';
import { bannerOf } from '../../../local/terminal/banner.ts';

const engines = {
  mongo: { uri: 'mongodb://user:secret@db.example/?replicaSet=a', name: 'MongoDB 8.0.4 (named by MONGODB_URI)' },
  redis: { url: 'redis://127.0.0.1:6379', name: 'embedded' },
  sqs: { endpoint: 'http://127.0.0.1:9324', queueUrlPrefix: '', name: 'embedded' },
};
const examples = [
  { type: 'long.one', example: { text: 'x'.repeat(100) } },
  { type: 'short.one', example: { text: "it's" } },
];

test('says where everything is', () => {
  const banner = bannerOf('http://127.0.0.1:3000', engines, '/tmp/log', examples, '.sluice/');
  for (const part of [
    'http://127.0.0.1:3000',
    'MongoDB 8.0.4 (named by MONGODB_URI)',
    'redis://127.0.0.1:6379',
    '/tmp/log',
    'State    .sluice/',
  ])
    expect(banner).toContain(part);
});

test('shows no password', () => {
  const banner = bannerOf('http://127.0.0.1:3000', engines, '/tmp/log', examples, '.sluice/');
  expect(banner).not.toContain('secret');
  expect(banner).toContain('mongodb://…@db.example');
});

test('the command sends the shortest example, quoted for a shell', () => {
  const banner = bannerOf('http://h', engines, '/tmp/log', examples, '.sluice/');
  expect(banner).toContain(String.raw`-d '{"type":"short.one","data":{"text":"it'\''s"}}'`);
});

test('says how to add an event type where there is none to send', () => {
  const banner = bannerOf('http://h', engines, '/tmp/log', [], 'not kept');
  expect(banner).toContain('no event type is declared; add one: npm run new -- <type>');
  expect(banner).not.toContain('curl');
});
