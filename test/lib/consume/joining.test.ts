import { describe, expect, test } from 'vitest';
import { createJoining } from '../../../lib/consume/joining.ts';

/** How many batches are passed over before the next joint run. */
function passedOver(joining: ReturnType<typeof createJoining>, handlersMs = 1000): number {
  let batches = 0;
  while (!joining.begins(handlersMs)) batches++;
  return batches;
}

describe('whether an environment runs events jointly (protocol: single-after-fall-back)', () => {
  test('it does from the beginning, and for as long as that goes well', () => {
    const joining = createJoining();
    for (let batch = 0; batch < 100; batch++) {
      expect(joining.begins(1000)).toBe(true);
      joining.held();
    }
  });

  test('after fall-backs in a row it does not for twice as many batches each time, 32 at most', () => {
    const joining = createJoining();
    const pauses = Array.from({ length: 8 }, () => {
      joining.fellBack();
      return passedOver(joining);
    });
    expect(pauses).toEqual([2, 4, 8, 16, 32, 32, 32, 32]);
  });

  test('what is committed jointly makes the next pause shorter', () => {
    const joining = createJoining();
    for (let fall = 0; fall < 3; fall++) joining.fellBack();
    for (let good = 0; good < 2; good++) joining.held();
    joining.fellBack();
    expect(passedOver(joining)).toBe(4);
    for (let good = 0; good < 9; good++) joining.held();
    joining.fellBack();
    expect(passedOver(joining)).toBe(2);
  });

  test('where two handlers would not fit nothing begins, until what they took is forgotten', () => {
    const joining = createJoining();
    joining.took(4000);
    expect(joining.turnMs).toBe(4000);
    expect(passedOver(joining)).toBe(3);
    expect(joining.turnMs).toBe(500);
  });

  test('what handlers took is told by the latest', () => {
    const joining = createJoining();
    joining.took(100);
    joining.took(500);
    expect(joining.turnMs).toBe(200);
    for (let turn = 0; turn < 40; turn++) joining.took(8);
    expect(joining.turnMs).toBeCloseTo(8, 1);
  });

  test('where there is no time for handlers nothing begins', () => {
    expect(createJoining().begins(-1)).toBe(false);
  });
});
