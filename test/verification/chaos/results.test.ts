import { describe, expect, test } from 'vitest';
import { verdictOf } from '../../../verification/chaos/experiment.ts';
import { experiments } from '../../../verification/chaos/experiments.ts';
import { choices, readStanding } from '../../../verification/chaos/results.ts';
import { read } from '../../support/repository.ts';

const standing = await readStanding();
const all = choices.flatMap((choice) => [...standing[choice].values()]);

describe('results that stand', () => {
  test('are of experiments that there are, and there are some', () => {
    const names = new Set(experiments.map(({ name }) => name));
    expect(all.filter(({ name }) => !names.has(name))).toEqual([]);
    expect(all.length).toBeGreaterThan(10);
  });

  test.each(choices)('on engines %s say which commit they are of, when they ended and on what machine', (choice) => {
    for (const { code, endedAt, machine } of standing[choice].values()) {
      expect(code.commit).toMatch(/^[0-9a-f]{40}$/);
      expect(new Date(endedAt).toISOString()).toBe(endedAt);
      expect(machine).toEqual({
        node: expect.stringMatching(/^v\d+/),
        cores: expect.any(Number),
        platform: expect.any(String),
      });
    }
  });

  test('have the verdict that their arms say', () => {
    expect(all.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(
      all.map(({ name, sluice, controls }) => `${name} ${verdictOf(sluice, controls)}`),
    );
    expect(all.filter(({ sluice, controls }) => sluice.length === 0 || controls.length === 0)).toEqual([]);
  });
});

test('docs/guarantees.md names for each promise the experiments that are about it', () => {
  const shown = [...read('docs/guarantees.md').matchAll(/^- \*\*(P\d+)\*\* [\s\S]*?\*Shown by:\* ([^.]*)\./gm)].map(
    ([, promise = '', names = '']) => [promise, (names.match(/(?<=\[)\w+(?=\])/g) ?? []).toSorted()],
  );
  const about = Object.fromEntries(
    shown.map(([promise]) => [
      promise,
      experiments
        .filter(({ promises }) => promises.some((one) => one === promise))
        .map(({ name }) => name)
        .toSorted(),
    ]),
  );
  expect(Object.fromEntries(shown)).toEqual(about);
  expect(shown.length).toBeGreaterThan(5);
});
