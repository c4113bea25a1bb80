import { z } from 'zod';
import { encrypted } from '../lib/core/tls.ts';
import { arnOf } from './arns.ts';

/** Requests a second, and at once. */
const throttle = z.strictObject({ rate: z.number().min(1), burst: z.int().min(1) });

/** MB. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const memory = z.int().min(128).max(10_240);

/** What one function has that others have not; which of it fits which function is in sizes.ts. */
const size = z.strictObject({
  memory: memory.optional(),
  /** Seconds; more than its own, never less. */
  timeout: z.int().min(1).max(900).optional(),
  /** Of batches at a time. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  concurrency: z.int().min(2).max(1000).optional(),
  reservedConcurrency: z.int().min(1).max(100_000).optional(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS: ReadonlySet<number> = new Set([
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
]);

/** How many connections a server takes. */
const connections = z.int().min(1);
const server = z.strictObject({ connections });

/** https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html */
const onceEach = (layers: readonly string[]): boolean =>
  new Set(layers.map((one) => one.slice(0, one.lastIndexOf(':')))).size === layers.length;

/** Does the text of an address carry a password, or a name that is one? */
const hasCredentials = (value: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(value);

/** Filled in by CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
const isReference = (text: string): boolean => /^\{\{resolve:[^{}]+\}\}$/.test(text);

/**
 * As a browser says it: lower case, no path, no port that goes without saying. Or one of what API Gateway takes for several.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
const isOrigin = (text: string): boolean =>
  /^(\*|https?:\/\/\*)$/.test(text) ||
  isReference(text) ||
  (/^https?:/.test(text)
    ? !text.includes('*') && URL.parse(text)?.origin === text
    : /^[a-z][a-z0-9+.-]*:\/\/[\w.:-]+$/.test(text));

const idOf = (kind: 'subnet' | 'sg') =>
  z.string().refine((text) => text.startsWith(`${kind}-`) || isReference(text), `must be an id (${kind}-…)`);
const isZone = (text: string): boolean => /^Z[A-Z0-9]{0,31}$/.test(text) || isReference(text);

/** Labels of 63 at most, none with a dash at its end: https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.1 */
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** What a stage may say, each by its name: docs/deploy.md has a row for it. */
export const fields = {
  /** Web origins that may call from a browser. */
  origins: z.array(z.string().refine(isOrigin, 'must be an origin such as https://site.example, or * for all')),
  /** Of each function that has no other. */
  memory,
  functions: z.record(z.string(), size),
  logs: z.strictObject({
    level: z.enum(['debug', 'info', 'warn', 'error']),
    retentionDays: z
      .int()
      .refine(
        (days) => RETENTION_DAYS.has(days),
        `must be one of ${[...RETENTION_DAYS].join(', ')}, or CloudWatch refuses it`,
      ),
  }),
  /** Whether queues and logs outlive what would delete them, and catalogue.lock.json holds what is released here. */
  retain: z.boolean(),
  /** Where MongoDB and Redis are only reachable inside a VPC. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-vpcconfig.html */
  vpc: z.strictObject({
    subnetIds: z.array(idOf('subnet')).min(1).max(16),
    securityGroupIds: z.array(idOf('sg')).min(1).max(5),
  }),
  /** The address of the API, in place of the one that AWS makes. */
  domain: z.strictObject({
    name: z.string().regex(DOMAIN, 'must be a name such as events.example.com'),
    certificateArn: arnOf('certificate'),
    /** Of Route 53, which then gets the record. */
    hostedZoneId: z.string().refine(isZone, 'must be the id of a hosted zone (Z…)').optional(),
  }),
  /** Certificates (PEM) of authorities that functions trust beside the known ones: a file of the project. */
  caFile: z.string().min(1),
  /** What is reached without TLS, because a network keeps others out. */
  withoutTls: z.array(z.enum(encrypted)),
  /** How long the gateway remembers who a key is, in seconds: what revoking one may take. */
  authorizerTtl: z.int().min(0).max(3600),
  /** The most requests of the whole stage. */
  throttle,
  /** Of those that are `GET /health`, which anybody may ask. */
  healthThrottle: throttle,
  /** Hears of alarms; where there is none the stage makes one. */
  alarmTopic: arnOf('topic'),
  alarms: z.strictObject({
    /** Hears of alarms from the topic that the stage makes. */
    mail: z.email().optional(),
    /** One message for all that is wrong with a type, in place of one for each alarm. */
    byType: z.boolean().default(false),
    /** So many failures of a type may be open for longer than a day. */
    openFailures: z.int().min(0).default(0),
  }),
  /** Who takes spans: without it nothing of OpenTelemetry is loaded. */
  tracing: z.strictObject({
    /** They bring an SDK for Node, and where it needs one a collector; Lambda takes five. */
    layers: z.array(arnOf('layer')).min(1).max(5).refine(onceEach, 'must name each layer once, or Lambda refuses them'),
    /** The script of a layer that Lambda starts Node with. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper */
    wrapper: z.string().startsWith('/opt/', 'must be a script of a layer, such as /opt/otel-handler').optional(),
    /** For SDK and collector. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
    environment: z
      .record(
        z
          .string()
          .regex(/^(OTEL|OPENTELEMETRY)_[A-Z0-9_]+$/, 'must be a variable of OpenTelemetry (OTEL_…)')
          .refine((name) => !name.endsWith('_HEADERS'), 'has credentials, which stand in no template'),
        z
          .union([z.string(), z.number(), z.boolean()])
          .transform(String)
          .refine((value) => !hasCredentials(value), 'has credentials, which stand in no template'),
      )
      .optional(),
  }),
  /** What the servers take; packaging compares what functions may hold. And what CloudWatch calls the nodes of Redis. */
  servers: z.strictObject({
    mongodb: server.optional(),
    redis: server
      .extend({ connections: connections.optional(), cacheClusterIds: z.array(z.string().min(1)).max(10).optional() })
      .optional(),
  }),
  /** What the account may run at a time, where it is not 1,000. */
  accountConcurrency: z.int().min(10).max(1_000_000),
  /** Values of variables of lib/core/config.ts; each function gets those that it reads. */
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)),
  /** Plain settings of event types (`env` of their files), by name. */
  settings: z.record(
    z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be [A-Z][A-Z0-9_]*'),
    z.union([z.string(), z.number(), z.boolean()], 'must be a text').transform(String),
  ),
} as const;
