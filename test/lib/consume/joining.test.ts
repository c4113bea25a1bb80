import { describe, expect, test } from 'vitest';
import { createJoining, type Joining } from '../../../lib/consume/joining.ts';

/** How many batches are passed over before the next joint run. */
function passedOver(joining: Joining, handlersMs = 1000): number {
  let batches = 0;
  while (!joining.begins(handlersMs)) batches++;
  return batches;
}

describe('whether an environment runs events jointly (protocol: single-after-fall-back)', () => {
  test('it does from the beginning, and for as long as that goes well', () => {
    const joining = createJoining();
    for (let batch = 0; batch < 100; batch++) {
      expect(joining.begins(1000)).toBe(true);
      joining.took(3);
      joining.held();
    }
  });

  test('after fall-backs in a row it does not for twice as many batches each time, 32 at most', () => {
    const joining = createJoining();
    const pauses = Array.from({ length: 8 }, () => {
      joining.fellBack(false);
      return passedOver(joining);
    });
    expect(pauses).toEqual([2, 4, 8, 16, 32, 32, 32, 32]);
  });

  test('what is committed jointly makes the next pause shorter', () => {
    const joining = createJoining();
    for (let fall = 0; fall < 3; fall++) joining.fellBack(false);
    for (let good = 0; good < 2; good++) joining.held();
    joining.fellBack(false);
    expect(passedOver(joining)).toBe(4);
    for (let good = 0; good < 9; good++) joining.held();
    joining.fellBack(false);
    expect(passedOver(joining)).toBe(2);
  });

  test('where one met another writer that is known, until one is committed', () => {
    const joining = createJoining();
    expect(joining.meets).toBe(false);
    joining.fellBack(true);
    expect([joining.meets, passedOver(joining), joining.meets]).toEqual([true, 2, true]);
    joining.held();
    expect(joining.meets).toBe(false);
    joining.fellBack(false);
    expect(joining.meets).toBe(false);
  });

  test('handlers that take long end their joint run after two turns, and are passed over as after a fall-back', () => {
    const joining = createJoining();
    const turns = () => {
      let count = 0;
      while (count < 10 && joining.goesOn(count, 10_000)) {
        joining.took(50);
        count++;
      }
      joining.held();
      return count;
    };
    expect([turns(), passedOver(joining), turns(), passedOver(joining)]).toEqual([2, 2, 2, 4]);
  });

  test('one slow turn, as the first of a process is, says nothing', () => {
    const joining = createJoining();
    joining.took(400);
    expect(joining.goesOn(1, 10_000)).toBe(true);
    joining.took(4);
    expect([joining.turnMs, joining.goesOn(2, 10_000)]).toEqual([4, true]);
    joining.took(400);
    expect([joining.turnMs, joining.goesOn(3, 10_000)]).toEqual([4, true]);
  });

  test('there is no turn more than there is time for, but for the first', () => {
    const joining = createJoining();
    joining.took(20);
    expect([joining.goesOn(0, 10), joining.goesOn(1, 20), joining.goesOn(1, 19)]).toEqual([true, true, false]);
  });

  test('where there is no time for two nothing begins, until what they took is forgotten', () => {
    const joining = createJoining();
    joining.took(20);
    expect(joining.begins(39)).toBe(false);
    expect(passedOver(joining, 39)).toBe(2);
    expect(createJoining().begins(-1)).toBe(false);
  });
});
