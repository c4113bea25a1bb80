import * as z from 'zod';
import type { QueueOptions } from './declarations.ts';
import type { EventDefinition } from './definition.ts';
import { DefinitionError } from './errors.ts';
import { upcastFault, upcastOptions } from './older-data.ts';
import { own } from './own.ts';
import { permissionKeys, permissionOptions } from './permissions.ts';
import { kindNames } from './projection.ts';
import { LONGEST_SECONDS } from './retry-after.ts';
import { settingOptions } from './settings.ts';
import { isAsync } from './sync-schema.ts';

const defaults = {
  queue: { batchSize: 10, batchWindow: 0, concurrency: 50, timeout: 30, commit: 'joint' },
  retry: { attempts: 5, base: 2, cap: 900 },
  alarms: { slowAfter: 900, failures: 0 },
} as const;

const integer = (least: number, most: number) =>
  z
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(least, `must be ${least} to ${most}`)
    .max(most, `must be ${least} to ${most}`);

const fieldLists = z.array(z.array(z.string().regex(/^-?[A-Za-z_][\w.]*$/, 'must be a field name')).min(1)).readonly();

const name = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/, 'must be [a-z][a-z0-9.-]{0,63}');

/** Their own indexes and validators are in lib/adapters/mongo/schema.ts. */
const ownCollections: ReadonlySet<string> = new Set(['events', 'failures', 'replays', 'keys', 'tenants', 'audit']);

/** Indexes of a collection, as an event file declares them. */
export const collectionOptions = z.strictObject({
  unique: fieldLists.optional(),
  indexes: fieldLists.optional(),
  expire: z.strictObject({ field: z.string(), afterSeconds: integer(0, 2_147_483_647) }).optional(),
});

/** The name of an event type, and of its file. */
export const typeOption = z
  .string()
  .regex(/^[a-z][a-z0-9]*(\.[a-z0-9]+)+$/, 'must be lower-case words joined by dots')
  .regex(/^(?!.*\.d(\.|$))/, 'must not have the word d but as its first: TypeScript checks nothing in <type>.d.ts')
  .max(60);

const options = z.strictObject({
  type: typeOption,
  summary: z.string().min(1).max(200),
  data: z.custom<z.ZodType>((schema) => schema instanceof z.ZodType, 'must be a zod schema'),
  example: z.unknown(),
  upcast: upcastOptions.default([]),
  collections: z
    .record(
      z
        .string()
        .regex(/^[a-zA-Z][\w-]{0,63}$/, 'must be a collection name')
        .refine((word) => !ownCollections.has(word), `${[...ownCollections].join(', ')} are taken by Sluice`),
      collectionOptions,
    )
    .default({}),
  projections: z
    .record(
      name,
      z.strictObject({
        kind: z.enum(kindNames),
        keepDays: integer(1, 3650).optional(),
      }),
    )
    .default({}),
  queue: z
    .strictObject({
      batchSize: integer(1, 10_000).optional(),
      batchWindow: integer(0, 300).optional(),
      concurrency: integer(2, 1000).optional(),
      timeout: integer(1, 50).optional(),
      commit: z.enum(['joint', 'each'], 'must be joint or each').optional(),
    })
    .default({}),
  retry: z
    .strictObject({
      attempts: integer(1, 100).optional(),
      base: z.number().positive().max(LONGEST_SECONDS).optional(),
      cap: z.number().positive().max(LONGEST_SECONDS).optional(),
    })
    .default({}),
  alarms: z
    .strictObject({
      slowAfter: integer(60, 604_800).optional(),
      failures: integer(0, 1_000_000).optional(),
    })
    .default({}),
  env: settingOptions.default({}),
  permissions: permissionOptions.default([]),
  orderedBy: z
    .custom<(data: unknown) => string>((value) => typeof value === 'function', 'must be a function of data')
    .optional(),
  handle: z
    .custom<NonNullable<EventDefinition['handle']>>((value) => typeof value === 'function', 'must be a function')
    .optional(),
  handleBatch: z
    .custom<NonNullable<EventDefinition['handleBatch']>>((value) => typeof value === 'function', 'must be a function')
    .optional(),
});

const definition = options.refine(({ data, example }) => !isAsync(data, example), {
  path: ['data'],
  error: 'cannot be checked synchronously: nothing in it may be async',
});

/**
 * Checks what an event file declares and fills in every default.
 * @param where the file, for the message
 * @throws DefinitionError naming the file and every wrong field
 */
export function readOptions(file: unknown, where: string) {
  const parsed = definition.safeParse(file);
  if (!parsed.success)
    throw new DefinitionError(`${where}: ${parsed.error.issues.map((issue) => faultOf(issue, knownKeys)).join('; ')}`);
  const { queue, retry, alarms, orderedBy, handle, handleBatch, ...rest } = parsed.data;
  const read = {
    ...rest,
    queue: { ...defaults.queue, ...(reachesOutside(rest) && !handleBatch && EACH), ...defined(queue) },
    retry: { ...defaults.retry, ...defined(retry) },
    alarms: { ...defaults.alarms, ...defined(alarms) },
    ...(orderedBy && { orderedBy }),
    ...(handle && { handle }),
    ...(handleBatch && { handleBatch }),
  };
  const options = {
    ...read.queue,
    ordered: orderedBy !== undefined,
    together: handleBatch !== undefined,
    saysCommit: queue.commit !== undefined,
    handlers: [handle, handleBatch].filter(Boolean).length,
  };
  const fault = contradiction(options) ?? upcastFault(read.upcast, read.data);
  if (fault) throw new DefinitionError(`${where}: ${fault}`);
  return read;
}

/** A run of a joint transaction that falls back is a second call of its handler, and so of whatever that calls. */
const EACH = { commit: 'each' } as const;
const reachesOutside = ({ env, permissions }: { env: object; permissions: readonly unknown[] }): boolean =>
  Object.keys(env).length + permissions.length > 0;

function contradiction(
  given: QueueOptions & { ordered: boolean; together: boolean; saysCommit: boolean; handlers: number },
): string | undefined {
  if (given.handlers !== 1) return 'needs exactly one of handle and handleBatch';
  if (given.ordered && given.batchSize > 10) return 'queue.batchSize must be 1 to 10 in an ordered type (SQS FIFO)';
  if (given.ordered && given.together) return 'handleBatch cannot keep an order: an ordered type has handle';
  if (given.saysCommit && given.together) return 'queue.commit is for handle: events of a handleBatch commit together';
  if (given.ordered && given.batchWindow > 0) return 'queue.batchWindow must be 0 in an ordered type (SQS FIFO)';
  if (given.batchSize > 10 && given.batchWindow < 1)
    return 'queue.batchWindow must be at least 1 when queue.batchSize is over 10';
  return undefined;
}

/**
 * One fault in words: the field, what it must be, and which options there are where this is none.
 * @param known the options at a path
 */
export function faultOf(issue: z.core.$ZodIssue, known: (path: readonly PropertyKey[]) => readonly string[]): string {
  const field = issue.path.join('.') || 'definition';
  if (issue.code === 'invalid_key') return `${field} ${issue.issues.map(({ message }) => message).join(', ')}`;
  if (issue.code !== 'unrecognized_keys') return `${field} ${issue.message}`;
  return `${[...issue.path, issue.keys[0]].join('.')} is not an option; known: ${known(issue.path).join(', ')}`;
}

export const collectionKeys = Object.keys(collectionOptions.shape);

const keysByField: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(options.shape),
  queue: Object.keys(defaults.queue),
  retry: Object.keys(defaults.retry),
  alarms: Object.keys(defaults.alarms),
  collections: collectionKeys,
  projections: ['kind', 'keepDays'],
  permissions: permissionKeys,
};
const knownKeys = ([field = '']: readonly PropertyKey[]): readonly string[] => own(keysByField, String(field)) ?? [];

const defined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
