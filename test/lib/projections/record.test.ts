import { describe, expect, test } from 'vitest';
import { createProjections } from '../../../lib/projections/record.ts';
import type { ProjectionRecorder } from '../../../lib/sdk/projection.ts';

const declared = {
  visits: { kind: 'counter' },
  pages: { kind: 'hash', keepDays: 2 },
  top: { kind: 'sorted-set' },
  visitors: { kind: 'hyperloglog' },
  tags: { kind: 'set' },
} as const;

describe('projections of one event', () => {
  test('are data: Redis commands by projection, in order', () => {
    const { recorder, recorded } = createProjections(declared);
    recorder('visits').incrby('all', 2);
    recorder('pages').hincrby('2026-01-01', '/', 1);
    recorder('pages').hincrby('2026-01-01', '/about', 1);
    recorder('top').zincrby('all', -3, 'lamp');
    recorder('visitors').pfadd('2026-01-01', 'a', 'b');
    recorder('tags').sadd('all', 'new');
    expect(recorded()).toEqual([
      { projection: 'visits', commands: [['INCRBY', 'all', '2']] },
      {
        projection: 'pages',
        keepSeconds: 172_800,
        commands: [
          ['HINCRBY', '2026-01-01', '/', '1'],
          ['HINCRBY', '2026-01-01', '/about', '1'],
        ],
      },
      { projection: 'top', commands: [['ZINCRBY', 'all', '-3', 'lamp']] },
      { projection: 'visitors', commands: [['PFADD', '2026-01-01', 'a', 'b']] },
      { projection: 'tags', commands: [['SADD', 'all', 'new']] },
    ]);
  });

  test('are none when nothing was recorded', () => {
    const { recorder, recorded } = createProjections(declared);
    recorder('visits');
    expect(recorded()).toEqual([]);
  });

  test.each<[string, string, (recorder: ProjectionRecorder) => void]>([
    ['an undeclared projection', 'other', (one) => one.incrby('all', 1)],
    ['a command of another kind', 'visits', (one) => one.hincrby('all', 'x', 1)],
    ['a fraction', 'visits', (one) => one.incrby('all', 0.5)],
    ['a number beyond exactness', 'visits', (one) => one.incrby('all', 2 ** 60)],
    ['a key with a brace', 'visits', (one) => one.incrby('{x}', 1)],
    ['an empty key', 'visits', (one) => one.incrby('', 1)],
    ...[undefined, null, 5, ['x', 'y'], {}].flatMap(
      (foreign): [string, string, (one: ProjectionRecorder) => void][] => {
        // As somebody gives it who has no types.
        const given = foreign as unknown as string;
        const shown = JSON.stringify(foreign) ?? 'nothing';
        return [
          [`${shown} for a member`, 'tags', (one) => one.sadd('all', 'a', given)],
          [`${shown} for a member that is counted`, 'visitors', (one) => one.pfadd('all', given)],
          [`${shown} for a member of a ranking`, 'top', (one) => one.zincrby('all', 1, given)],
          [`${shown} for a field`, 'pages', (one) => one.hincrby('all', given, 1)],
        ];
      },
    ),
  ])('%s is refused', (_, name, record) => {
    expect(() => record(createProjections(declared).recorder(name))).toThrow(
      expect.objectContaining({ code: 'projection-misused' }),
    );
  });
});

test('an event records so many commands, and no more', () => {
  const { recorder } = createProjections({ counted: { kind: 'counter' } });
  const { incrby } = recorder('counted');
  for (let count = 0; count < 10_000; count++) incrby(`k${count}`, 1);
  expect(() => incrby('k', 1)).toThrow('at most 10000 commands');
});

test('an event records so many members, and no more', () => {
  const { recorder } = createProjections({ tags: { kind: 'set' } });
  const members = Array.from({ length: 25_000 }, (_, index) => `m${index}`);
  recorder('tags').sadd('all', ...members);
  recorder('tags').sadd('all', ...members);
  expect(() => recorder('tags').sadd('all', 'one more')).toThrow('at most 50000 fields, members and numbers');
});
