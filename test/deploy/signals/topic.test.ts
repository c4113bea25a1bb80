import { describe, expect, it } from 'vitest';
import { derive } from '../../../deploy/template.ts';
import { catalogueOfTypes } from '../../support/definitions.ts';

const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
const resourcesOf = async (over: object = {}) => {
  const settings = { service: 'sluice', stage: 'dev', origins: [], environment, ...over };
  return (await derive(settings, catalogueOfTypes(['a.b']))).resources.Resources;
};

describe('the topic of a stage', () => {
  it('is made where none is named, for CloudWatch of this account alone, with TLS; every alarm tells it', async () => {
    const all = await resourcesOf();
    expect(all.AlarmTopic).toEqual({ Type: 'AWS::SNS::Topic', Properties: { TopicName: 'sluice-dev-alarms' } });
    expect(all.AlarmTopicPolicy?.Properties.PolicyDocument).toMatchObject({
      Statement: [
        {
          ...{ Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'cloudwatch.amazonaws.com' } },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
        { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    });
    const alarms = Object.values(all).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    const told = { AlarmActions: [{ Ref: 'AlarmTopic' }], OKActions: [{ Ref: 'AlarmTopic' }] };
    for (const { Properties } of alarms) expect(Properties).toMatchObject(told);
    expect(all).not.toHaveProperty('AlarmTopicMail');
  });

  it('sends a mail where the stage says to whom', async () => {
    expect((await resourcesOf({ alarms: { mail: 'people@example.com' } })).AlarmTopicMail).toEqual({
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: 'people@example.com' },
    });
  });

  it('is the one that the stage names, and there is none on this machine', async () => {
    const alarmTopic = 'arn:aws:sns:eu-central-1:1:alarms';
    const named = await resourcesOf({ alarmTopic });
    expect(named.OutageAlarm?.Properties).toMatchObject({ AlarmActions: [alarmTopic], OKActions: [alarmTopic] });
    const here = await resourcesOf({ stage: 'local' });
    expect(here.OutageAlarm?.Properties).not.toHaveProperty('AlarmActions');
    for (const all of [named, here]) expect(Object.keys(all).filter((id) => id.startsWith('AlarmTopic'))).toEqual([]);
  });

  it.each([
    [{ alarmTopic: 'arn:aws:sns:eu-central-1:1:x', alarms: { mail: 'a@example.com' } }, 'subscribe to that'],
    [{ alarms: { mail: 'nobody' } }, 'deploy/stages/dev.yml: alarms.mail '],
    [{ alarms: { mial: 'a@example.com' } }, 'alarms.mial is no setting of a stage; did you mean mail?'],
    [{ alarms: { openFailures: -1 } }, 'deploy/stages/dev.yml: alarms.openFailures '],
    [{ servers: { redis: { cacheClusterIds: Array(11).fill('node') } } }, 'servers.redis.cacheClusterIds '],
  ])('is not made of settings that do not fit: %j', async (over, fault) => {
    await expect(resourcesOf(over)).rejects.toThrow(fault);
  });
});
