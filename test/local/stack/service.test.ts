import { describe, expect, test } from 'vitest';
import { derive } from '../../../deploy/template.ts';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { type DeclaredService, readService } from '../../../local/stack/service.ts';
import { ordered, plain } from '../../support/service-definitions.ts';

const settings = { service: 'sluice', stage: 'local', environment: {}, origins: [] };
async function declared(): Promise<DeclaredService> {
  const { functions, resources } = await derive(settings, catalogueOf([plain, ordered]));
  return {
    service: 'sluice',
    provider: { stage: 'local', region: 'eu-central-1' },
    functions: functions as unknown as DeclaredService['functions'],
    resources,
  };
}

describe('what is deployed is what runs here', () => {
  test('queues keep the attributes that say how messages are handled', async () => {
    const { queues } = readService(await declared());
    expect(queues.map(({ name }) => name)).toEqual([
      'sluice-local-dead-letters',
      'sluice-local-dead-letters.fifo',
      'sluice-local-stock-moved.fifo',
      'sluice-local-stock-seen',
      'sluice-local-replays',
    ]);
    const fifo = queues.find(({ name }) => name === 'sluice-local-stock-moved.fifo');
    expect(fifo?.attributes).toMatchObject({
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      MessageRetentionPeriod: '604800',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: 'arn:aws:sqs:eu-central-1:000000000000:sluice-local-dead-letters.fifo',
        maxReceiveCount: 1000,
      }),
    });
  });

  test('a consumer has its mapping as declared', async () => {
    const { functions } = readService(await declared());
    expect(functions.find(({ key }) => key === 'onStockSeen')).toMatchObject({
      handler: 'dist-local/consume/index.handler',
      routes: [],
      mappings: [
        {
          queueName: 'sluice-local-stock-seen',
          batchSize: 25,
          batchWindow: 2,
          concurrency: 7,
          reportBatchItemFailures: true,
        },
      ],
    });
  });

  test('the dead-letter function reads both dead-letter queues', async () => {
    const { functions } = readService(await declared());
    const names = functions.find(({ key }) => key === 'deadLetter')?.mappings.map(({ queueName }) => queueName);
    expect(names).toEqual(['sluice-local-dead-letters', 'sluice-local-dead-letters.fifo']);
  });

  test('routes are those of the functions', async () => {
    const { functions } = readService(await declared());
    expect(functions.find(({ key }) => key === 'query')?.routes).toEqual(['GET /events', 'GET /events/{id}']);
  });
});

describe('what this machine does not know is told, never passed over', () => {
  const service = (Properties: Record<string, unknown>, arn: unknown): DeclaredService => ({
    service: 's',
    provider: { stage: 'local', region: 'r' },
    functions: { f: { name: 'f', handler: 'h', events: [{ sqs: { arn } }] } },
    resources: { Resources: { Q: { Type: 'AWS::SQS::Queue', Properties } } },
  });

  test('a property of a queue', () => {
    const given = service({ QueueName: 'q', MessageSystem: 1 }, { 'Fn::GetAtt': ['Q', 'Arn'] });
    expect(() => readService(given)).toThrow('Q.Properties.MessageSystem');
  });

  test('a queue that is not of this service', () => {
    const arn = 'arn:aws:sqs:eu-central-1:1:elsewhere';
    expect(() => readService(service({ QueueName: 'q' }, arn))).toThrow(`no queue of this service: "${arn}"`);
  });
});
