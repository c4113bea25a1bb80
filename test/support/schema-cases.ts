import { describe, expect, test } from 'vitest';
import type { EventDefinition } from '../../lib/sdk/definition.ts';

type Case = readonly [name: string, change: Readonly<Record<string, unknown>>];

/**
 * The tests that the schema of every event type owes: what it takes, what it refuses, and that no key of an attacker gets through.
 * @param cases changes to the example; `undefined` leaves a field out
 */
export function schemaCases(
  definition: EventDefinition,
  cases: { accepted: readonly Case[]; refused: readonly Case[] },
): void {
  const example = definition.example as Record<string, unknown>;
  const changed = (change: Case[1]) => JSON.parse(JSON.stringify({ ...example, ...change }));
  const accepts = (data: unknown) => definition.data.safeParse(data).success;

  describe(`the data of ${definition.type}`, () => {
    test('its example is valid', () => {
      expect(accepts(example)).toBe(true);
    });

    test.each(cases.accepted)('%s is accepted', (_, change) => {
      expect(accepts(changed(change))).toBe(true);
    });

    test.each(cases.refused)('%s is refused', (_, change) => {
      expect(accepts(changed(change))).toBe(false);
    });

    test.each(['__proto__', 'constructor', '$ne', '$where', 'tenant', '_id'])('the key %s is refused', (key) => {
      const data = JSON.parse(`${JSON.stringify(example).slice(0, -1)},${JSON.stringify(key)}:{"polluted":true}}`);
      expect(accepts(data)).toBe(false);
    });

    test.each(Object.keys(example))('an operator in place of %s is refused', (field) => {
      expect(accepts(changed({ [field]: { $ne: null } }))).toBe(false);
    });

    test.each([
      ['null', null],
      ['a list', [example]],
      ['a string', 'x'],
      ['nothing', undefined],
    ])('%s is no data', (_, data) => {
      expect(accepts(data)).toBe(false);
    });
  });
}
