import { z } from 'zod';
import type { QueueDeclaration } from '../../local/engines/sqs/ensure-queues.ts';
import { type MappingDeclaration, readService } from '../../local/stack/service.ts';
import type { Account } from './account.ts';
import { type Resources, resolverOf } from './resolve.ts';

/** A function as the template has it, with what CloudFormation would put in. */
export interface DeployedFunction {
  /** `sluice-dev-ingest` */
  name: string;
  /** The file of its code. */
  zip: string;
  /** `dist/ingest/index.handler` */
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  variables: Readonly<Record<string, string>>;
}

/** A resource that a function of the stack makes. */
export interface CustomResource {
  id: string;
  type: string;
  functionName: string;
  properties: Readonly<Record<string, unknown>>;
}

/** What a template makes of AWS, as far as events pass through it. Functions go by their names. */
export interface Deployed {
  functions: readonly DeployedFunction[];
  queues: readonly QueueDeclaration[];
  mappings: readonly (MappingDeclaration & { functionName: string })[];
  routes: readonly { key: string; functionName: string; authorized: boolean }[];
  authorizer: { functionName: string; ttlSeconds: number };
  /** Those that run by the clock. */
  scheduled: readonly string[];
  custom: readonly CustomResource[];
}

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** `arn:aws:lambda:<region>:<account>:function:<name>`, and of a queue; the address of an authorizer has one in it. */
const nameInArn = z.string().transform((arn) => /:([\w.-]+)(?:\/invocations)?$/.exec(arn)?.[1] ?? arn);
const lambda = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Timeout: z.number(),
  MemorySize: z.number(),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), text) }),
});
const mapping = z.object({
  EventSourceArn: nameInArn,
  FunctionName: nameInArn,
  BatchSize: z.number(),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
});
const route = z.object({
  RouteKey: z.string(),
  Target: z.string().transform((target) => target.replace('integrations/', '')),
  AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'),
});
const integration = z.object({ IntegrationUri: nameInArn, PayloadFormatVersion: z.literal('2.0') });
const authorizer = z.object({
  AuthorizerUri: nameInArn,
  AuthorizerResultTtlInSeconds: z.number(),
  AuthorizerPayloadFormatVersion: z.literal('2.0'),
  EnableSimpleResponses: z.literal(true),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
});
const custom = z.looseObject({ ServiceToken: nameInArn });
const rule = z.object({ Targets: z.array(z.object({ Arn: nameInArn })) });

/**
 * Reads a template.
 * @param template of a stage, as packaging writes it
 * @throws Error for what this machine does not know, z.ZodError for a resource that is not as expected
 */
export function readDeployed(template: { Resources: Resources }, account: Account): Deployed {
  const { Resources: resources } = template;
  const resolve = resolverOf(resources, account);
  const all = <Shape extends z.ZodType>(type: string, shape: Shape): [id: string, properties: z.output<Shape>][] =>
    Object.entries(resources)
      .filter(([, resource]) => (type.endsWith('::') ? resource.Type.startsWith(type) : resource.Type === type))
      .map(([id, { Properties }]) => [id, shape.parse(resolve(Properties))]);
  const integrations = new Map(all('AWS::ApiGatewayV2::Integration', integration));
  const [first, ...others] = all('AWS::ApiGatewayV2::Authorizer', authorizer).map(([, one]) => one);
  if (!first || others.length > 0) throw new Error('the template must have one authorizer');
  return {
    functions: all('AWS::Lambda::Function', lambda).map(([, one]) => ({
      name: one.FunctionName,
      zip: one.Code.S3Key.slice(one.Code.S3Key.lastIndexOf('/') + 1),
      handler: one.Handler,
      timeoutSeconds: one.Timeout,
      memoryMb: one.MemorySize,
      variables: one.Environment.Variables,
    })),
    queues: readService({
      service: '',
      provider: { stage: '', region: account.region },
      functions: {},
      resources: { Resources: resources },
    }).queues,
    mappings: all('AWS::Lambda::EventSourceMapping', mapping).map(([, one]) => ({
      queueName: one.EventSourceArn,
      functionName: one.FunctionName,
      batchSize: one.BatchSize,
      batchWindow: one.MaximumBatchingWindowInSeconds,
      concurrency: one.ScalingConfig.MaximumConcurrency,
      reportBatchItemFailures: one.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    })),
    routes: all('AWS::ApiGatewayV2::Route', route).map(([id, one]) => {
      const target = integrations.get(one.Target);
      if (!target) throw new Error(`${id} leads nowhere: ${one.Target}`);
      return { key: one.RouteKey, functionName: target.IntegrationUri, authorized: one.AuthorizationType === 'CUSTOM' };
    }),
    authorizer: { functionName: first.AuthorizerUri, ttlSeconds: first.AuthorizerResultTtlInSeconds },
    custom: all('Custom::', custom).map(([id, { ServiceToken, ...properties }]) => ({
      ...{ id, type: resources[id]?.Type ?? '', functionName: ServiceToken, properties },
    })),
    scheduled: all('AWS::Events::Rule', rule).flatMap(([, one]) => one.Targets.map(({ Arn }) => Arn)),
  };
}
