import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { yamlIn } from '../../../deploy/pipeline/yaml.ts';
import { fullTemplate } from '../../support/full-template.ts';

const policy = z.object({
  Type: z.literal('AWS::IAM::ManagedPolicy'),
  Properties: z.object({
    PolicyDocument: z.object({
      Statement: z.array(
        z.object({
          Effect: z.enum(['Allow', 'Deny']),
          Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
          Resource: z.unknown(),
          Condition: z.unknown().optional(),
        }),
      ),
    }),
  }),
});
const { Resources } = z
  .object({ Resources: z.record(z.string(), z.unknown()) })
  .parse(yamlIn(join(import.meta.dirname, '../../../deploy/pipeline/roles.yml')));
const policies = Object.values(Resources).flatMap((one) => policy.safeParse(one).data ?? []);
const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

/** What is asked of AWS for a resource that only some stages have, and of what. */
const OF_SOME_STAGES: Readonly<Record<string, readonly (readonly [action: string, of: string])[]>> = {
  'AWS::ApiGatewayV2::DomainName': [
    ['apigateway:POST', '::/domainnames"'],
    ['apigateway:DELETE', `::/domainnames/\${DomainName}"`],
  ],
  'AWS::ApiGatewayV2::ApiMapping': [['apigateway:POST', `::/domainnames/\${DomainName}/apimappings"`]],
  'AWS::Route53::RecordSet': [
    ['route53:ChangeResourceRecordSets', `:hostedzone/\${HostedZoneId}"`],
    ['route53:GetChange', ':change/*"'],
  ],
};
const NETWORK = ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'];

const mayThroughCloudFormation = (action: string, of: string): boolean =>
  statements.some(
    ({ Action, Resource, Condition }) =>
      Action.includes(action) &&
      JSON.stringify(Resource).includes(of) &&
      JSON.stringify(Condition ?? {}).includes('cloudformation.amazonaws.com'),
  );

test('the role of a pipeline may make a domain, its record, and functions in a VPC', async () => {
  const domain = { name: 'events.example.com', certificateArn: 'arn:aws:acm:eu-central-1:1:certificate/a' };
  const { resources } = await fullTemplate({ domain: { ...domain, hostedZoneId: 'Z1' } });
  const kinds = new Set(Object.values(resources.Resources).map(({ Type }) => Type));
  for (const [kind, asked] of Object.entries(OF_SOME_STAGES)) {
    expect(kinds).toContain(kind);
    for (const [action, of] of asked) expect(mayThroughCloudFormation(action, of), `${action} ${of}`).toBe(true);
  }
  for (const action of NETWORK) expect(mayThroughCloudFormation(action, '*'), action).toBe(true);
});

/** A part of the template for one environment, of a service in one account. */
function filledIn(value: unknown, environment: string): unknown {
  const known: Record<string, string> = { Service: 'sluice', Environment: environment, 'AWS::Partition': 'aws' };
  const text = (sub: string, more: object) =>
    sub.replace(/\$\{([^}]+)\}/g, (_, name: string) => String({ ...known, ...more }[name] ?? '1'));
  const fill = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.flatMap(fill);
    if (typeof one !== 'object' || one === null) return one;
    const [[name, inner] = []] = Object.entries(one);
    if (name === 'Ref') return known[String(inner)];
    if (name === 'Fn::If') return fill(inner[environment === 'preview' ? 1 : 2]);
    if (name === 'Fn::Sub' && Array.isArray(inner)) return text(inner[0], { Stage: fill(inner[1].Stage) });
    return name === 'Fn::Sub' ? text(inner, {}) : one;
  };
  return fill(value);
}

const matching = (pattern: unknown, name: string): boolean =>
  new RegExp(`^${String(pattern).replace(/[.$/]/g, '\\$&').replaceAll('*', '.*')}$`).test(name);

/** What may be done to a stack or a bucket by itself, without CloudFormation in between, and whose roles may be handed on. */
const directly = (environment: string, arn: string): string[] =>
  statements
    .filter(({ Effect, Condition }) => Effect === 'Allow' && !JSON.stringify(Condition ?? {}).includes('aws:CalledVia'))
    .filter(({ Resource }) =>
      [filledIn(Resource, environment)].flat().some((pattern) => pattern !== '*' && matching(pattern, arn)),
    )
    .flatMap(({ Action }) => Action);

test.each([
  ['preview', 'pr12', ['prod', 'preprod', 'dev']],
  ['prod', 'prod', ['pr12', 'dev', 'prod2']],
])(
  'the role of %s may change the stack and the packages of %s, hand on its roles, and none of another stage: %j',
  (environment, own, others) => {
    const named = (stage: string) => [
      `arn:aws:cloudformation:1:1:stack/sluice-${stage}/0f`,
      `arn:aws:s3:::sluice-${stage}-serverlessdeploymentbucket-x/serverless/a.zip`,
      `arn:aws:iam::1:role/sluice-${stage}-IngestRole-x`,
    ];
    for (const arn of named(own)) expect(directly(environment, arn), arn).not.toEqual([]);
    for (const arn of others.flatMap(named)) expect(directly(environment, arn), arn).toEqual([]);
  },
);

test('what bears the tag of another stage is out of reach of previews, whatever its name', () => {
  const denied = statements.filter(({ Effect }) => Effect === 'Deny');
  expect(denied).toHaveLength(1);
  expect(denied[0]).toMatchObject({ Resource: '*', Condition: { Null: { 'aws:ResourceTag/stage': 'false' } } });
  const { StringNotLike } = z
    .object({ StringNotLike: z.object({ 'aws:ResourceTag/stage': z.array(z.string()) }) })
    .parse(denied[0]?.Condition);
  const own = StringNotLike['aws:ResourceTag/stage'];
  const isOwn = (stage: string) => own.some((pattern) => matching(pattern, stage));
  expect(['pr1', 'pr12', 'pr987', 'prod', 'preprod', 'staging'].map(isOwn)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
