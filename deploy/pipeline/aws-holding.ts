import { z } from 'zod';
import { type Aws, unlessMissing } from './aws.ts';
import type { Held, ToImport } from './held-template.ts';

/** A queue with messages. */
export interface Waiting {
  queue: string;
  /** Whose events they are, where a template says it. */
  type?: string | undefined;
  messages: number;
}

const urls = z.object({ QueueUrls: z.array(z.string()).default([]) }).nullable();
const groups = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })) });
const count = z.coerce.number();
const attributes = z.object({
  Attributes: z.object({
    ApproximateNumberOfMessages: count,
    ApproximateNumberOfMessagesNotVisible: count,
    ApproximateNumberOfMessagesDelayed: count,
  }),
});
const COUNTS = Object.keys(attributes.shape.Attributes.shape);

/** The queues of a stage that there are, by name with their addresses, whichever stack knows them. */
export async function queuesOf(aws: Aws, prefix: string): Promise<Map<string, string>> {
  const { QueueUrls } = urls.parse(await aws('sqs', 'list-queues', '--queue-name-prefix', prefix)) ?? { QueueUrls: [] };
  return new Map(QueueUrls.map((url) => [url.slice(url.lastIndexOf('/') + 1), url]));
}

/** Names of log groups that there are. */
export async function logGroupsOf(aws: Aws, prefix: string): Promise<Set<string>> {
  const answer = await aws('logs', 'describe-log-groups', '--log-group-name-prefix', prefix);
  return new Set(groups.parse(answer).logGroups.map(({ logGroupName }) => logGroupName));
}

/**
 * Messages in a queue, those in flight and those that come later among them: about as many, SQS says.
 * @returns 0 of a queue that is not there any more
 */
export async function messagesIn(aws: Aws, url: string): Promise<number> {
  const asked = ['sqs', 'get-queue-attributes', '--queue-url', url, '--attribute-names', ...COUNTS];
  const answer = await unlessMissing(async () => attributes.parse(await aws(...asked)));
  return Object.values(answer?.Attributes ?? {}).reduce((sum, one) => sum + one, 0);
}

/** By what CloudFormation knows a resource that is there. @param queues their addresses, by name */
export const toImport = ({ id, kind, name }: Held, queues: ReadonlyMap<string, string>): ToImport => ({
  ResourceType: kind,
  LogicalResourceId: id,
  ResourceIdentifier: kind === 'AWS::SQS::Queue' ? { QueueUrl: queues.get(name) ?? '' } : { LogGroupName: name },
});
