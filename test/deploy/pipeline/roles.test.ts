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
          Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
          Resource: z.unknown(),
          Condition: z.unknown(),
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
