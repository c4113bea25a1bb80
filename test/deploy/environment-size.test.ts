import { describe, expect, it } from 'vitest';
import { checkEnvironmentSizes } from '../../deploy/environment-size.ts';
import { parseSettings } from '../../deploy/settings.ts';
import { derive } from '../../deploy/template.ts';
import { catalogueOfTypes } from '../support/definitions.ts';

const settings = {
  service: 'sluice',
  stage: 'dev',
  origins: [],
  environment: { MONGODB_URI: 'mongodb+srv://h', REDIS_URL: 'rediss://h' },
};

/** Of one function, with `{"A":""}` around it. */
const check = (value: unknown, stage = 'dev') =>
  checkEnvironmentSizes({ ingest: { environment: { A: value } } }, parseSettings({ ...settings, stage }));

describe('what Lambda would refuse in the middle of a deployment is not packaged', () => {
  it('takes 4,096 bytes of variables, names and quotes counted', () => {
    expect(() => check('x'.repeat(4096 - 8))).not.toThrow();
    expect(() => check('x'.repeat(4096 - 7))).toThrow(
      'deploy/stages/dev.yml: functions.ingest: its environment has 4097 bytes, more than the 4096 that Lambda takes; the longest: A 4091',
    );
  });

  it.each([
    ['ä', 2],
    ['"', 2],
    ['\n', 2],
  ])('counts %j as %i', (character, bytes) => {
    expect(() => check(character.repeat((4096 - 8) / bytes))).not.toThrow();
    expect(() => check(character.repeat((4096 - 8) / bytes + 1))).toThrow('4098 bytes');
  });

  it('counts what CloudFormation fills in', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
    const filled = (more: number) => ({ 'Fn::Sub': '${AWS::AccountId}'.repeat(340) + 'x'.repeat(more) });
    expect(() => check(filled(4096 - 8 - 340 * 12))).not.toThrow();
    expect(() => check(filled(4096 - 8 - 340 * 12 + 1))).toThrow('4097 bytes');
  });

  it('never on this machine, where no Lambda is', () => {
    expect(() => check('x'.repeat(10_000), 'local')).not.toThrow();
  });

  it('of the stage itself: the functions that have the variable, and which it is', async () => {
    const secret = `mongodb+srv://u:secret@${'h'.repeat(4000)}`;
    const given = { ...settings, environment: { ...settings.environment, MONGODB_URI: secret } };
    const packaged = derive(given, catalogueOfTypes(['parcel.sent']));
    await expect(packaged).rejects.toThrow(/functions\.\w+: its environment has 4\d{3} bytes.*MONGODB_URI 40\d\d/);
    await expect(packaged).rejects.not.toThrow(/secret/);
  });
});
