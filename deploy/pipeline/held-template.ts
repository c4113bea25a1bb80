import { z } from 'zod';
import { queueId } from '../names.ts';

/** A template of CloudFormation, as far as the pipeline asks what it holds. */
const resource = z.looseObject({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const template = z.looseObject({ Resources: z.record(z.string(), resource).default({}) });
type Template = z.output<typeof template>;

/** What holds something that outlives what is deployed, by the property that names it in AWS. */
const HOLDING = { 'AWS::SQS::Queue': 'QueueName', 'AWS::Logs::LogGroup': 'LogGroupName' } as const;
type HoldingType = keyof typeof HOLDING;
const isHolding = (type: string): type is HoldingType => Object.hasOwn(HOLDING, type);

/** A queue or a log group of a template. */
export interface Held {
  /** What the template calls it. */
  id: string;
  kind: HoldingType;
  /** What AWS calls it. */
  name: string;
  /** Of a queue of events: the type that is in it. */
  type?: string;
  retained: boolean;
}

/** @param given a template, as it was read; undefined: there is none @returns what holds something, by a name that is known here */
export function heldIn(given: unknown): Held[] {
  const { Resources } = read(given);
  const types = Object.values(Resources).flatMap(({ Properties }) => eventTypeOf(Properties));
  return Object.entries(Resources).flatMap(([id, { Type: kind, DeletionPolicy, Properties }]) => {
    if (!isHolding(kind)) return [];
    const name = Properties[HOLDING[kind]];
    const type = kind === 'AWS::SQS::Queue' ? types.find((one) => queueId(one) === id) : undefined;
    const retained = DeletionPolicy === 'Retain';
    return typeof name === 'string' ? [{ id, kind, name, ...(type !== undefined && { type }), retained }] : [];
  });
}

export const queuesIn = (given: unknown): Held[] => heldIn(given).filter(({ kind }) => kind === 'AWS::SQS::Queue');

/** Which event type a function serves, if it serves one. */
function eventTypeOf({ Environment }: Record<string, unknown>): string[] {
  const { success, data } = z.object({ Variables: z.object({ EVENT_TYPE: z.string() }) }).safeParse(Environment);
  return success ? [data.Variables.EVENT_TYPE] : [];
}

/** Of a resource that is there: what cannot be changed any more. The rest comes with the deployment after the import. */
const FIXED = ['QueueName', 'FifoQueue', 'LogGroupName'];

/** What a change set of the type IMPORT is told of a resource. */
export interface ToImport {
  ResourceType: HoldingType;
  LogicalResourceId: string;
  ResourceIdentifier: Record<string, string>;
}

/**
 * The template of an import: what is deployed, unchanged, as CloudFormation asks, and what was left beside it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
 * @param deployed the template of the stack; undefined: the import makes it
 * @param wanted that of the next deployment
 * @param left of what it retains, what is there without a stack
 */
export function importTemplate(deployed: unknown, wanted: unknown, left: readonly Held[]): Template {
  const { Resources } = read(wanted);
  const imported = left.flatMap(({ id }) => {
    const one = Resources[id];
    if (!one) return [];
    const { Type, DeletionPolicy, UpdateReplacePolicy } = one;
    const Properties = Object.fromEntries(Object.entries(one.Properties).filter(([name]) => FIXED.includes(name)));
    return [[id, { Type, DeletionPolicy, UpdateReplacePolicy, Properties }] as const];
  });
  const before = deployed === undefined ? { AWSTemplateFormatVersion: '2010-09-09', Resources: {} } : read(deployed);
  return { ...before, Resources: { ...before.Resources, ...Object.fromEntries(imported) } };
}

const read = (given: unknown): Template => template.parse(given ?? {});
