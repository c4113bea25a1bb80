import { queuePrefix } from '../names.ts';
import type { Resource } from '../queues.ts';
import { isLocal, type Settings } from '../settings.ts';

const TOPIC_ID = 'AlarmTopic';

/** The topic that hears of alarms: the one that the stage names, else its own; undefined on this machine. */
export function topicOf(settings: Settings): string | { Ref: string } | undefined {
  if (settings.alarmTopic) return settings.alarmTopic;
  return isLocal(settings) ? undefined : { Ref: TOPIC_ID };
}

/**
 * The topic of a stage that names none, and the mail that it sends. CloudWatch may publish to it for this account, whoever subscribes is the
 * account's to say, and nobody gets in without TLS. It has no key: CloudWatch cannot publish under the key that AWS manages for SNS, and
 * what an alarm says is no secret.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function topicResourcesOf(settings: Settings): Record<string, Resource> {
  if (settings.alarmTopic || isLocal(settings)) return {};
  const { mail } = settings.alarms;
  const topic = { Ref: TOPIC_ID };
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AlarmsTell',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topic,
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
      {
        Sid: 'OnlyWithTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topic,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
  return {
    [TOPIC_ID]: { Type: 'AWS::SNS::Topic', Properties: { TopicName: `${queuePrefix(settings)}alarms` } },
    [`${TOPIC_ID}Policy`]: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [topic], PolicyDocument: policy } },
    ...(mail && {
      [`${TOPIC_ID}Mail`]: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: topic, Protocol: 'email', Endpoint: mail },
      },
    }),
  };
}
