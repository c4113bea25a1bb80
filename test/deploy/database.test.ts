import { describe, expect, it } from 'vitest';
import { checkDrop, parseCommand, runDatabaseCommand } from '../../deploy/database.ts';

describe('db:setup and db:drop', () => {
  it.each([
    [['setup'], { action: 'setup' }],
    [['drop'], { action: 'drop' }],
    [['drop', '--force', 'shop'], { action: 'drop', force: 'shop' }],
  ] as const)('reads %j', (args, command) => {
    expect(parseCommand(args)).toEqual(command);
  });

  it.each([
    [[]],
    [['wipe']],
    [['drop', '--force']],
    [['drop', '-f', 'shop']],
    [['setup', '--force', 'shop']],
    [['drop', '--force', 'shop', 'more']],
  ])('answers %j with the usage', (args) => {
    expect(() => parseCommand(args)).toThrow('usage: npm run db:setup');
  });

  it.each([
    ['local', undefined, true],
    ['unset', undefined, false],
    ['prod', undefined, false],
    ['prod', 'other', false],
    ['prod', 'shop', true],
  ])('on stage %s with --force %s drops database "shop": %s', (stage, force, allowed) => {
    const check = () => checkDrop({ action: 'drop', force }, stage, 'shop');
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow('"shop"');
  });

  it('never refuses to set up', () => {
    expect(() => checkDrop({ action: 'setup' }, 'prod', 'shop')).not.toThrow();
  });

  it('says what is missing before it connects to anything', async () => {
    await expect(runDatabaseCommand({ action: 'setup' }, {})).rejects.toThrow('environment: MONGODB_URI is missing');
    await expect(
      runDatabaseCommand({ action: 'drop' }, { MONGODB_URI: 'mongodb://127.0.0.1:1/', STAGE: 'prod' }),
    ).rejects.toThrow('npm run db:drop -- --force sluice');
  });
});
