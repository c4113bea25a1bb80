import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { derive } from '../../deploy/template.ts';
import { unsetSettings } from '../../deploy/unset-settings.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { secret } from '../../lib/sdk/settings.ts';
import { definitionOf } from '../support/definitions.ts';

const VALUE = 'hunter2-correct-horse';
const catalogue = catalogueOf([
  defineEvent({
    ...definitionOf('parcel.sent'),
    env: { PARTNER_KEY: secret(), PARTNER_OTHER: secret(), PARTNER_URL: z.url(), PARTNER_PORT: z.coerce.number() },
    permissions: [{ actions: ['s3:GetObject', 's3:PutObject'], resources: ['arn:aws:s3:::invoices/*'] }],
  }),
  defineEvent(definitionOf('parcel.moved')),
]);
const derived = (parameters: Record<string, unknown> = {}, stage = 'dev') =>
  derive({ service: 'sluice', stage, origins: [], environment: {}, settings: parameters }, catalogue);
const parameter = (name: string) => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
  'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/sluice/dev/'.concat(name),
});

describe('the settings of an event type', () => {
  it('are variables of its function: of a secret the name of its parameter', async () => {
    const { functions, resources } = await derived({
      PARTNER_URL: 'https://a.example',
      PARTNER_PORT: 80,
    });
    expect(functions.onParcelSent?.environment).toMatchObject({
      PARTNER_KEY: '/sluice/dev/PARTNER_KEY',
      PARTNER_OTHER: '/sluice/dev/PARTNER_OTHER',
      PARTNER_URL: 'https://a.example',
      PARTNER_PORT: '80',
    });
    const { onParcelSent: _, ...others } = functions;
    expect(JSON.stringify(others)).not.toContain('PARTNER');
    expect(JSON.stringify([functions, resources])).not.toContain(VALUE);
  });

  it('are read of the store by its role alone, one by one', async () => {
    const { resources } = await derived();
    const statements = (id: string) => {
      const policies = resources.Resources[id]?.Properties.Policies;
      return (policies as { PolicyDocument: { Statement: unknown[] } }[])[0]?.PolicyDocument.Statement;
    };
    expect(statements('OnParcelSentRole')).toContainEqual({
      Sid: 'Secrets',
      Effect: 'Allow',
      Action: ['ssm:GetParameters'],
      Resource: [parameter('PARTNER_KEY'), parameter('PARTNER_OTHER')],
    });
    expect(statements('OnParcelSentRole')).toContainEqual({
      Sid: 'Permission1',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: ['arn:aws:s3:::invoices/*'],
    });
    const { OnParcelSentRole: _, ...others } = resources.Resources;
    expect(JSON.stringify(others)).not.toMatch(/ssm:|s3:/);
  });

  it('are left to .env files on stage local', async () => {
    const { functions } = await derived({ PARTNER_URL: 'https://a.example' }, 'local');
    expect(JSON.stringify(functions)).not.toContain('PARTNER');
  });

  it('of a stage are text', async () => {
    await expect(derived({ PARTNER_URL: { Ref: 'Url' } })).rejects.toThrow(
      'deploy/stages/dev.yml: settings.PARTNER_URL must be a text',
    );
  });

  it('of a stage are those that some event type has, and no secrets', async () => {
    await expect(derived({ PARTNER_ULR: 'https://a.example' })).rejects.toThrow(
      'deploy/stages/dev.yml: settings.PARTNER_ULR: no event type has it in its env; did you mean PARTNER_URL or PARTNER_PORT?',
    );
    const secretGiven = await derived({ PARTNER_KEY: VALUE }).catch((error: Error) => error.message);
    expect(secretGiven).toBe(
      'deploy/stages/dev.yml: settings.PARTNER_KEY: is a secret, which is put at /sluice/dev/PARTNER_KEY of the Parameter Store',
    );
  });

  it('have the driver of secrets packaged where there is one', async () => {
    const { functions } = await derived();
    expect(functions.onParcelSent?.package.patterns).not.toContainEqual(expect.stringContaining('parameter-store'));
    expect(functions.onParcelMoved?.package.patterns).toContain('!dist/consume/parameter-store-*');
  });

  const unset = (environment: Record<string, unknown>) => unsetSettings(catalogue, { onParcelSent: { environment } });
  it('are told by packaging where the stage has no value for them, or one that does not fit', () => {
    expect(unset({ PARTNER_PORT: VALUE })).toEqual([
      "functions/events/parcel.sent.ts: PARTNER_URL is missing, PARTNER_PORT is of another type; its events will wait: --param='PARTNER_URL=…' --param='PARTNER_PORT=…', or settings of the stage, in deploy/stages/",
    ]);
  });

  it('are not told where all is well, nor where only CloudFormation knows', () => {
    expect(unset({ PARTNER_URL: 'https://a.example', PARTNER_PORT: '80' })).toEqual([]);
    expect(unset({ PARTNER_URL: '{{resolve:ssm:/partner/url}}', PARTNER_PORT: '80' })).toEqual([]);
  });
});
