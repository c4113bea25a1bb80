import { describe, expect, it } from 'vitest';
import { checkRebuild, parseCommand, runProjectionsCommand } from '../../deploy/projections.ts';

const silent = () => undefined;

describe('npm run projections', () => {
  it.each([
    [['rebuild'], { action: 'rebuild', force: false, json: false }],
    [['check', 'turnover', '--json'], { action: 'check', only: 'turnover', force: false, json: true }],
    [['rebuild', '--stage', 'prod', '--force'], { action: 'rebuild', stage: 'prod', force: true, json: false }],
  ])('reads %j', (args, command) => {
    expect(parseCommand(args)).toEqual(command);
  });

  it.each([
    [[]],
    [['wipe']],
    [['rebuild', 'one', 'two']],
    [['rebuild', '--stage']],
    [['rebuild', '-f']],
    [['check', '--force']],
    [['move', 'one']],
    [['move', '--force']],
  ])('answers %j with the usage', (args) => {
    expect(() => parseCommand(args)).toThrow('usage: npm run projections');
  });

  const declared = {
    short: { kind: 'counter', keepDays: 45 },
    long: { kind: 'counter', keepDays: 46 },
    ever: { kind: 'set' },
  } as const;
  it.each([
    ['local', undefined, false, true],
    ['prod', undefined, false, false],
    ['prod', 'long', false, false],
    ['prod', 'ever', false, false],
    ['prod', 'short', false, true],
    ['prod', undefined, true, true],
  ])('on stage %s rebuilds %s with --force %s: %s', (stage, only, force, allowed) => {
    const command = { action: 'rebuild', force, json: false, ...(only !== undefined && { only }) } as const;
    const check = () => checkRebuild(command, stage, declared, 45);
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow('--force');
  });

  it('says what is missing, or unknown, before it connects to anything', async () => {
    const run = (args: string[]) => runProjectionsCommand(parseCommand(args), {}, silent);
    await expect(run(['check'])).rejects.toThrow('environment: STAGE is missing; MONGODB_URI is missing');
    await expect(run(['check', 'nothing'])).rejects.toThrow('no event type declares the projection nothing; known: ');
  });
});
