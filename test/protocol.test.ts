import { describe, expect, test } from 'vitest';
import { queuesOf } from '../deploy/queues.ts';
import { parseSettings } from '../deploy/settings.ts';
import { outageSeconds } from '../lib/consume/retry.ts';
import { readConfig } from '../lib/core/config.ts';
import { defineEvent } from '../lib/sdk/define-event.ts';
import { constantOf } from './support/constant.ts';
import { catalogueOfTypes, definitionOf } from './support/definitions.ts';
import { inSeconds, unitOf } from './support/figures.ts';
import { citedIn, type Figure, readProtocol } from './support/protocol-page.ts';
import { texts } from './support/repository.ts';
import { titlesByFile, titlesOf } from './support/titles.ts';

const { rules, figures, interleavings } = readProtocol();

const titles = [...titlesByFile.values()].flat();
const sources = texts.filter(({ path }) => /^(functions|lib|deploy|local|client)\/.*\.ts$/.test(path));
const citations = new Map(sources.map(({ path, text }) => [path, citedIn(text)]));

test('titles are read as they are written', () => {
  const source = [
    "test('a', () => {});",
    "  it.each([1, 2])('b \\'%s\\'', () => {});",
    "test.each<[string]>([['x']])('c', () => {});",
    "describe('d', () => { test.skip('e', () => {}); test.todo('f'); });",
    'test(\n  `g`,\n  () => {});',
    "call('h'); // a test('i') of old",
  ].join('\n');
  expect(titlesOf(source)).toEqual(['a', "b '%s'", 'c', 'd', 'g']);
});

describe('a rule of docs/protocol.md', () => {
  test('has a name of its own, says what breaks without it, and where it lives', () => {
    expect(rules.length).toBeGreaterThan(50);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    expect(rules.filter(({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(rules.filter(({ reasoned, where }) => !reasoned || where.length === 0)).toEqual([]);
  });

  test('is cited by every file that it names', () => {
    const silent = rules.flatMap(({ name, where }) =>
      where.filter((path) => !citations.get(path)?.includes(name)).map((path) => `${path}: ${name}`),
    );
    expect(silent).toEqual([]);
  });

  test('is cited by the title of a test', () => {
    const tested = new Set(titles.flatMap(citedIn));
    expect(rules.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });
});

test('every interleaving that the protocol answers has a test by its name', () => {
  expect(interleavings.length).toBeGreaterThan(15);
  expect(interleavings.filter((name) => !titles.some((title) => title.includes(name)))).toEqual([]);
});

describe('a figure of docs/protocol.md', () => {
  test.each(figures)('$what: $value', (figure) => {
    expect(inSeconds(figure.value)).toBeCloseTo(figureOf(figure) * unitOf(figure.code), 9);
  });

  test('is a row of a table that is read', () => expect(figures.length).toBeGreaterThan(40));
});

const definition = defineEvent(definitionOf('figures.taken'));
const queues = queuesOf(
  catalogueOfTypes(['figures.taken']),
  parseSettings({ service: 'sluice', stage: 'local', environment: {}, origins: [] }),
);
const retentionOf = (name: string) => Number(queues[name]?.Properties.MessageRetentionPeriod);

/** Those that are no constants, by what the page calls them. */
const reckoned: Readonly<Record<string, number>> = {
  'queue.timeout': definition.queue.timeout,
  'retry.attempts': definition.retry.attempts,
  'retry.base': definition.retry.base,
  'retry.cap': definition.retry.cap,
  'outageSeconds(1)': outageSeconds(1, () => 1),
  'outageSeconds(100)': outageSeconds(100, () => 0),
  'outageSeconds(100) + jitter': outageSeconds(100, () => 1),
  MessageRetentionPeriod: retentionOf('FiguresTakenQueue'),
  'MessageRetentionPeriod (dead letters)': retentionOf('DeadLetterQueue'),
  ...readConfig(
    [
      'DEDUPLICATION_HOURS',
      'RETENTION_DAYS',
      'REDIS_TIMEOUT_MS',
      'MONGODB_TIMEOUT_MS',
      'SQS_TIMEOUT_MS',
      'SECRETS_TIMEOUT_MS',
      'WAITS_PER_TENANT',
      'WAITS_IN_ALL',
    ],
    {},
  ),
};

function figureOf({ code, file }: Figure): number {
  return reckoned[code] ?? constantOf(file, code);
}
