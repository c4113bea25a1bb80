import { describe, expect, it } from 'vitest';
import { checkDrop, parseCommand, runDatabaseCommand } from '../../deploy/database.ts';

describe('db:setup and db:drop', () => {
  it.each([
    [['setup'], { action: 'setup' }],
    [['setup', '--drop-unused'], { action: 'setup', dropUnused: true }],
    [['drop'], { action: 'drop' }],
    [['drop', '--force', 'site'], { action: 'drop', force: 'site' }],
  ] as const)('reads %j', (args, command) => {
    expect(parseCommand(args)).toEqual(command);
  });

  it.each([
    [[]],
    [['wipe']],
    [['drop', '--force']],
    [['drop', '-f', 'site']],
    [['setup', '--force', 'site']],
    [['setup', '--drop-unused', 'site']],
    [['drop', '--drop-unused']],
    [['drop', '--force', 'site', 'more']],
  ])('answers %j with the usage', (args) => {
    expect(() => parseCommand(args)).toThrow('usage: npm run db:setup');
  });

  it.each([
    ['local', undefined, true],
    ['prod', undefined, false],
    ['prod', 'other', false],
    ['prod', 'site', true],
    ['local', 'another', false],
  ])('on stage %s with --force %s drops database "site": %s', (stage, force, allowed) => {
    const check = () => checkDrop({ action: 'drop', force }, stage, 'site');
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow('"site"');
  });

  it('never refuses to set up', () => {
    expect(() => checkDrop({ action: 'setup' }, 'prod', 'site')).not.toThrow();
  });

  it('says what is missing before it connects to anything', async () => {
    await expect(runDatabaseCommand({ action: 'setup' }, {})).rejects.toThrow(
      'environment: STAGE is missing; MONGODB_URI is missing',
    );
    await expect(
      runDatabaseCommand({ action: 'drop' }, { MONGODB_URI: 'mongodb://127.0.0.1:1/?tls=true', STAGE: 'prod' }),
    ).rejects.toThrow('npm run db:drop -- --force sluice_prod');
  });
});
