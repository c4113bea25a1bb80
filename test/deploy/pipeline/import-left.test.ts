import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Aws } from '../../../deploy/pipeline/aws.ts';
import { heldIn, importTemplate, queuesIn } from '../../../deploy/pipeline/held-template.ts';
import { importLeft } from '../../../deploy/pipeline/import-left.ts';
import { stageInAws } from '../../../deploy/pipeline/stage-in-aws.ts';
import { ConfigError } from '../../../lib/core/errors.ts';

const keep = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
const queue = (QueueName: string, more = {}) => ({
  ...{ Type: 'AWS::SQS::Queue', ...keep, Properties: { QueueName, VisibilityTimeout: 240, ...more } },
});
const consumer = (type: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Environment: { Variables: { EVENT_TYPE: type } } },
});
const log = { Type: 'AWS::Logs::LogGroup', ...keep, Properties: { LogGroupName: '/aws/lambda/sluice-prod-ingest' } };
const sent = { ParcelSentQueue: queue('sluice-prod-parcel-sent'), OnParcelSentLambdaFunction: consumer('parcel.sent') };
const lost = {
  ParcelLostQueue: queue('sluice-prod-parcel-lost.fifo', { FifoQueue: true, Tags: [] }),
  OnParcelLostLambdaFunction: consumer('parcel.lost'),
};
const Outputs = { ServerlessDeploymentBucketName: { Value: 'bucket' } };
const templateOf = (Resources: object) => ({ AWSTemplateFormatVersion: '2010-09-09', Resources, Outputs });
const wanted = templateOf({ ...sent, ...lost, IngestLogGroup: log });
const url = (name: string) => `https://sqs.eu-central-1.amazonaws.com/1/${name}`;
const named = { service: 'sluice', stage: 'prod' };

/** AWS as its command line answers. @param there messages of each queue, by name @param deployed undefined: there is no stack */
function awsOf(there: Record<string, number>, deployed: unknown, groups: readonly string[] = []) {
  const asked: string[][] = [];
  const aws: Aws = async (...args) => {
    asked.push(args);
    const optionOf = (option: string) => args[args.indexOf(option) + 1] ?? '';
    switch (args.slice(0, 2).join(' ')) {
      case 'cloudformation get-template':
        if (deployed === undefined) throw new ConfigError('Stack with id sluice-prod does not exist');
        return { TemplateBody: deployed };
      case 'cloudformation describe-stacks':
        return { Stacks: [{ StackName: 's', StackStatus: 'x', CreationTime: 'y', Outputs: [bucket] }] };
      case 'sqs list-queues':
        return Object.keys(there).length === 0 ? null : { QueueUrls: Object.keys(there).map(url) };
      case 'logs describe-log-groups':
        return { logGroups: groups.filter((one) => one.startsWith(optionOf('--log-group-name-prefix'))).map(groupOf) };
      case 'sqs get-queue-attributes': {
        const name = optionOf('--queue-url').split('/').at(-1) ?? '';
        const counts = { ApproximateNumberOfMessages: String(there[name]), ApproximateNumberOfMessagesNotVisible: '0' };
        return { Attributes: { ...counts, ApproximateNumberOfMessagesDelayed: '0' } };
      }
      default:
        return null;
    }
  };
  return { aws, asked, called: (verb: string) => asked.find((args) => args[1] === verb) };
}
const bucket = { OutputKey: 'ServerlessDeploymentBucketName', OutputValue: 'bucket' };
const groupOf = (logGroupName: string) => ({ logGroupName });

describe('what a template holds', () => {
  test('are its queues and log groups, with the type of whose events a queue is', () => {
    expect(heldIn(wanted)).toEqual([
      {
        id: 'ParcelSentQueue',
        kind: 'AWS::SQS::Queue',
        name: 'sluice-prod-parcel-sent',
        type: 'parcel.sent',
        retained: true,
      },
      {
        ...{ id: 'ParcelLostQueue', kind: 'AWS::SQS::Queue', name: 'sluice-prod-parcel-lost.fifo' },
        ...{ type: 'parcel.lost', retained: true },
      },
      { id: 'IngestLogGroup', kind: 'AWS::Logs::LogGroup', name: '/aws/lambda/sluice-prod-ingest', retained: true },
    ]);
    expect(queuesIn(undefined)).toEqual([]);
  });
});

describe('the template of an import', () => {
  const left = heldIn(wanted).slice(1);

  test('is what is deployed, unchanged, and of what was left as much as cannot be changed any more', () => {
    const deployed = { ...templateOf(sent), Description: 'as it is' };
    expect(importTemplate(deployed, wanted, left)).toEqual({
      ...deployed,
      Resources: {
        ...sent,
        ParcelLostQueue: {
          ...{ Type: 'AWS::SQS::Queue', ...keep },
          Properties: { QueueName: 'sluice-prod-parcel-lost.fifo', FifoQueue: true },
        },
        IngestLogGroup: log,
      },
    });
  });

  test('has what was left alone where there is no stack', () => {
    const { Resources, ...others } = importTemplate(undefined, wanted, left);
    expect(Object.keys(Resources)).toEqual(['ParcelLostQueue', 'IngestLogGroup']);
    expect(others).toEqual({ AWSTemplateFormatVersion: '2010-09-09' });
  });
});

describe('a deployment', () => {
  const there = { 'sluice-prod-parcel-sent': 0, 'sluice-prod-parcel-lost.fifo': 2 };

  test('takes in what was left, and nothing that the stack has', async () => {
    const { aws, called } = awsOf(there, templateOf(sent), [
      '/aws/lambda/sluice-prod-ingest',
      '/aws/lambda/sluice-prod-old',
    ]);
    expect(await importLeft(aws, named, wanted, 'eu-central-1')).toEqual([
      'sluice-prod-parcel-lost.fifo',
      '/aws/lambda/sluice-prod-ingest',
    ]);
    const set = called('create-change-set') ?? [];
    expect(set).toEqual(expect.arrayContaining(['--change-set-type', 'IMPORT', '--stack-name', 'sluice-prod']));
    expect(JSON.parse(set[set.indexOf('--resources-to-import') + 1] ?? '')).toEqual([
      {
        ...{ ResourceType: 'AWS::SQS::Queue', LogicalResourceId: 'ParcelLostQueue' },
        ResourceIdentifier: { QueueUrl: url('sluice-prod-parcel-lost.fifo') },
      },
      {
        ...{ ResourceType: 'AWS::Logs::LogGroup', LogicalResourceId: 'IngestLogGroup' },
        ResourceIdentifier: { LogGroupName: '/aws/lambda/sluice-prod-ingest' },
      },
    ]);
    expect(called('execute-change-set')).toBeDefined();
  });

  test('hands over a template that is too large for the call in the bucket of its stage', async () => {
    const large = { ...templateOf(sent), Description: 'x'.repeat(52_000) };
    const { aws, called } = awsOf(there, large);
    await importLeft(aws, named, wanted, 'eu-central-1');
    expect(called('put-object')).toEqual(
      expect.arrayContaining(['--bucket', 'bucket', '--key', 'import/template.json']),
    );
    expect(called('create-change-set')).toEqual(
      expect.arrayContaining(['--template-url', 'https://bucket.s3.eu-central-1.amazonaws.com/import/template.json']),
    );
  });

  test('names that bucket by the domain that AWS has in China', async () => {
    const { aws, called } = awsOf(there, { ...templateOf(sent), Description: 'x'.repeat(52_000) });
    await importLeft(aws, named, wanted, 'cn-north-1');
    expect(called('create-change-set')).toContain('https://bucket.s3.cn-north-1.amazonaws.com.cn/import/template.json');
  });

  test('asks for nothing where nothing was left, or its stage retains nothing', async () => {
    const whole = awsOf(there, wanted);
    expect(await importLeft(whole.aws, named, wanted, 'eu-central-1')).toEqual([]);
    expect(whole.called('create-change-set')).toBeUndefined();
    const bare = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'sluice-prod-parcel-sent' } };
    const none = awsOf(there, undefined);
    expect(await importLeft(none.aws, named, templateOf({ ParcelSentQueue: bare }), 'eu-central-1')).toEqual([]);
    expect(none.asked).toEqual([]);
  });

  test('is refused where the stack has another in the place of what was left', async () => {
    const other = templateOf({ ParcelLostQueue: queue('sluice-prod-parcel-lost') });
    await expect(importLeft(awsOf(there, other).aws, named, wanted, 'eu-central-1')).rejects.toThrow(
      'sluice-prod-parcel-lost.fifo was left by an earlier deployment, and sluice-prod has sluice-prod-parcel-lost in its place',
    );
  });
});

describe('a stage in AWS', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-package-'));
    writeFileSync(join(folder, 'cloudformation-template-update-stack.json'), JSON.stringify(templateOf(sent)));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const stageOf = ({ aws }: ReturnType<typeof awsOf>) => stageInAws(aws, named, { AWS_REGION: 'eu-central-1' });
  const there = { 'sluice-prod-parcel-sent': 5, 'sluice-prod-parcel-lost.fifo': 2, 'sluice-prod-empty': 0 };

  test('knows which queues a package would leave with messages', async () => {
    const { abandoned } = stageOf(awsOf(there, wanted));
    expect(await abandoned(folder)).toEqual([
      { queue: 'sluice-prod-parcel-lost.fifo', type: 'parcel.lost', messages: 2 },
    ]);
    expect(await stageOf(awsOf({ ...there, 'sluice-prod-parcel-lost.fifo': 0 }, wanted)).abandoned(folder)).toEqual([]);
    expect(await stageOf(awsOf({}, undefined)).abandoned(folder)).toEqual([]);
  });

  test('knows which queues with messages nothing reads that is deployed', async () => {
    const { unread } = stageOf(awsOf(there, templateOf(sent)));
    expect(await unread()).toEqual([{ queue: 'sluice-prod-parcel-lost.fifo', messages: 2 }]);
    expect(await stageOf(awsOf(there, wanted)).unread()).toEqual([]);
  });
});
