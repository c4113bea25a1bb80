import { type Account, secretIn } from './account.ts';

/** A resource as the template writes it. */
export interface Resource {
  Type: string;
  Properties?: Readonly<Record<string, unknown>>;
}
export type Resources = Readonly<Record<string, Resource>>;

/** Gives a value of a template as CloudFormation would: with what it refers to. @throws Error for what is not known here */
export type Resolve = (value: unknown) => unknown;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html */
const SECRET = /\{\{resolve:secretsmanager:([^:{}]+)(?::SecretString(?::([^:{}]*))?)?[:]*\}\}/g;

/**
 * What CloudFormation makes of values, as far as templates of this service ask for it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolverOf(resources: Resources, account: Account): Resolve {
  const { region, id } = account;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': region,
    'AWS::AccountId': id,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const sqs = `https://sqs.${region}.amazonaws.com`;

  /** Text with secrets in place of what names them, and with this machine's SQS in place of AWS's. */
  function literal(text: string): string {
    const whole = text.replaceAll(SECRET, (_, name: string, key?: string) => secretIn(account, name, key));
    if (whole.includes('{{resolve:')) throw new Error(`not known here: ${text}`);
    return whole.startsWith(`${sqs}/`) ? `${account.sqsEndpoint}${whole.slice(sqs.length)}` : whole;
  }

  function found(logicalId: string): Resource {
    const resource = resources[logicalId];
    if (!resource) throw new Error(`the template has no ${logicalId}`);
    return resource;
  }

  /** Of a queue its address, as SQS has it; of anything else the name by which the template calls it. */
  function ref(name: string): string {
    const known = pseudo[name];
    if (known !== undefined) return known;
    const { Type, Properties } = found(name);
    return Type === 'AWS::SQS::Queue' ? literal(`${sqs}/${id}/${String(Properties?.QueueName)}`) : name;
  }

  function getAtt(logicalId: string, attribute: string): string {
    const { Type, Properties } = found(logicalId);
    const arns: Readonly<Record<string, string>> = {
      'AWS::SQS::Queue': `arn:aws:sqs:${region}:${id}:${String(Properties?.QueueName)}`,
      'AWS::Lambda::Function': `arn:aws:lambda:${region}:${id}:function:${String(Properties?.FunctionName)}`,
      'AWS::IAM::Role': `arn:aws:iam::${id}:role/${logicalId}`,
    };
    const arn = attribute === 'Arn' ? arns[Type] : undefined;
    if (arn === undefined) throw new Error(`not known here: ${attribute} of ${logicalId}, which is a ${Type}`);
    return arn;
  }

  /** `${AWS::Region}` and the like, in text. */
  const sub = (text: string): string => literal(text.replaceAll(/\$\{([^!}]+)\}/g, (_, name: string) => ref(name)));

  function call(name: string, argument: unknown): unknown {
    if (name === 'Ref') return ref(String(argument));
    if (name === 'Fn::Sub' && typeof argument === 'string') return sub(argument);
    if (!Array.isArray(argument)) throw new Error(`not known here: ${name} of ${JSON.stringify(argument)}`);
    if (name === 'Fn::GetAtt') return getAtt(String(argument[0]), String(argument[1]));
    const [separator, parts]: unknown[] = argument;
    if (name !== 'Fn::Join' || !Array.isArray(parts)) throw new Error(`not known here: ${name}`);
    return parts.map((part) => String(resolve(part))).join(String(separator));
  }

  function resolve(value: unknown): unknown {
    if (typeof value === 'string') return literal(value);
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[name, argument] = ['', undefined]] = entries;
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return call(name, argument);
    return Object.fromEntries(entries.map(([key, one]) => [key, resolve(one)]));
  }
  return resolve;
}
