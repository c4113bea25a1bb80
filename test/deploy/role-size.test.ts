import { describe, expect, it } from 'vitest';
import { derive } from '../../deploy/template.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { definitionOf } from '../support/definitions.ts';

const settings = {
  service: 'sluice',
  stage: 'dev',
  origins: [],
  environment: { MONGODB_URI: 'mongodb+srv://h', REDIS_URL: 'rediss://h' },
};
const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
const tableOf = (name: string) => `arn:aws:dynamodb:eu-central-1:000000000000:table/${name}`;

/** A type with so many permissions of fifteen tables each. */
const packaged = (permissions: number, stage = 'dev', name = 'orders-of-the-northern-warehouses') =>
  derive(
    { ...settings, stage },
    catalogueOf([
      defineEvent({
        ...definitionOf('parcel.sent'),
        permissions: Array.from({ length: permissions }, (_, one) => ({
          actions,
          resources: Array.from({ length: 15 }, (_, table) => tableOf(`${name}-${one}-${table}`)),
        })),
      }),
    ]),
  );

describe('rights that IAM would refuse in the middle of a deployment', () => {
  it('are not packaged: the line names function, size and event file', async () => {
    await expect(packaged(4)).resolves.toBeDefined();
    await expect(packaged(8)).rejects.toThrow(
      /^deploy\/stages\/dev\.yml: functions\.onParcelSent: its rights have 1\d{4} characters, more than the 10240 that IAM takes; functions\/events\/parcel\.sent\.ts asks for most of them in its permissions$/,
    );
  });

  it('are counted to the character', async () => {
    const sizeOf = async (name: string) => {
      const said = await packaged(8, 'dev', name).then(
        () => '',
        (error: unknown) => String(error),
      );
      return Number(/have (\d+)/.exec(said)?.[1]);
    };
    // A letter more for each of its tables.
    expect(
      (await sizeOf('orders-of-the-northern-warehouses-a')) - (await sizeOf('orders-of-the-northern-warehouses-')),
    ).toBe(8 * 15);
  });

  it('are nothing on this machine, where no IAM is', async () => {
    await expect(packaged(8, 'local')).resolves.toBeDefined();
  });
});
