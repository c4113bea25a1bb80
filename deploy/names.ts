import { consumerName, deadLetterSuffix, pascalCase, queueSuffix, REPLAYS_SUFFIX } from '../lib/core/names.ts';
import { DefinitionError } from '../lib/sdk/errors.ts';
import { eventFolder } from './event-folder.ts';
import type { Settings } from './settings.ts';

/** `<service>-<stage>-`, before the name of every queue. */
export const queuePrefix = ({ service, stage }: Settings): string => `${service}-${stage}-`;

/** Physical names: what AWS shows. */
export const queueName = (settings: Settings, type: string, ordered: boolean): string =>
  `${queuePrefix(settings)}${queueSuffix(type, ordered)}`;
export const deadLetterQueueName = (settings: Settings, ordered: boolean): string =>
  `${queuePrefix(settings)}${deadLetterSuffix(ordered)}`;
export const replaysQueueName = (settings: Settings): string => `${queuePrefix(settings)}${REPLAYS_SUFFIX}`;
export const functionName = ({ service, stage }: Settings, key: string): string => `${service}-${stage}-${key}`;
/** `bulk-replay` -> `bulkReplay`: a function in serverless.yml, by its name. */
export const functionKey = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** `ingest` -> `Ingest`: how logical names begin. */
export const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Of a secret, in the Parameter Store: `/sluice/prod/PARTNER_KEY`. */
export const parameterName = ({ service, stage }: Settings, name: string): string => `/${service}/${stage}/${name}`;

/** Logical names: what the template calls a resource. */
export const queueId = (type: string): string => `${pascalCase(type)}Queue`;
export const deadLetterQueueId = (ordered: boolean): string => (ordered ? 'FifoDeadLetterQueue' : 'DeadLetterQueue');
/** The queue of replays of many failures. */
export const REPLAYS_QUEUE_ID = 'ReplaysQueue';
export const roleId = (key: string): string => `${upperFirst(key)}Role`;
/** As the framework names a function. */
export const functionId = (key: string): string => `${upperFirst(key)}LambdaFunction`;
/** As the framework names the log group that it makes for a function. */
export const logGroupId = (key: string): string => `${upperFirst(key)}LogGroup`;

export const getArn = (logicalId: string): { 'Fn::GetAtt': [string, 'Arn'] } => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
/** The ARN of a queue by its name, where a reference would go in a circle. */
export const queueArn = (name: string): { 'Fn::Sub': string } => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
  'Fn::Sub': 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:'.concat(name),
});

/** The ARN of a parameter by its name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const parameterArn = (name: string): { 'Fn::Sub': string } => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
  'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter'.concat(name),
});

/**
 * The ARN of a secret by its name, which ends in six characters of AWS's own; whoever needs them exact names the secret by its whole ARN.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
export const secretArn = (id: string): string | { 'Fn::Sub': string } =>
  id.startsWith('arn:')
    ? id.concat(/-[A-Za-z0-9]{6}$/.test(id) ? '' : '-??????')
    : {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
        'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:'.concat(
          id,
          '-??????',
        ),
      };

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const MAX_QUEUE_NAME = 80;
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const MAX_FUNCTION_NAME = 64;

/**
 * Checks the names that follow from event types before AWS would refuse them in the middle of a deployment.
 * @throws DefinitionError naming the event file: a name too long, or one that another type already has
 */
export function checkNames(settings: Settings, types: readonly { type: string; ordered: boolean }[]): void {
  const owners = new Map([false, true].map((ordered) => [deadLetterQueueName(settings, ordered), 'Sluice itself']));
  const { name: folder } = eventFolder();
  const others = [REPLAYS_QUEUE_ID, replaysQueueName(settings), ...[false, true].map(deadLetterQueueId)];
  for (const id of others) owners.set(id, 'Sluice itself');
  for (const { type, ordered } of types) {
    const where = `${folder}/${type}.ts`;
    const names = {
      queue: { name: queueName(settings, type, ordered), most: MAX_QUEUE_NAME },
      function: { name: functionName(settings, consumerName(type)), most: MAX_FUNCTION_NAME },
    };
    for (const [kind, { name, most }] of Object.entries(names)) {
      if (name.length > most)
        throw new DefinitionError(`${where}: the ${kind} "${name}" has ${name.length} characters, AWS allows ${most}`);
    }
    for (const name of [names.queue.name, queueId(type)]) {
      const owner = owners.get(name);
      if (owner) throw new DefinitionError(`${where}: the name ${name} is already taken by ${owner}`);
      owners.set(name, where);
    }
  }
}
