import { z } from 'zod';

const list = z.union([z.unknown().array(), z.unknown().transform((one) => [one])]);
const statement = z.object({
  Sid: z.string().optional(),
  Effect: z.string(),
  Action: list.default([]),
  Resource: list.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const policy = z.object({ Statement: z.array(statement) });
const resource = z.object({
  Type: z.string(),
  Properties: z.object({ AssumeRolePolicyDocument: policy.optional(), PolicyDocument: policy.optional() }).default({}),
});
const template = z.object({ Resources: z.record(z.string(), resource) });

const SUBJECT = 'token.actions.githubusercontent.com:sub';
const AUDIENCE = 'token.actions.githubusercontent.com:aud';
/** Only what CloudFormation does on behalf of the role. */
const THROUGH = 'aws:CalledVia';
/** Looks, and changes nothing. */
const LOOKS = /:(Describe|Get|List|Validate)\w*$/;

/**
 * What is wrong with the role of a pipeline: who may take it, and what it may do.
 * @param given the template, as it was read
 * @returns a line for each fault
 * @throws z.ZodError where it is no template of roles
 */
export function trustFaults(given: unknown): string[] {
  const { Resources } = template.parse(given);
  return Object.entries(Resources).flatMap(([id, { Properties }]) =>
    [
      ...(Properties.AssumeRolePolicyDocument?.Statement ?? []).flatMap(ofTrust),
      ...(Properties.PolicyDocument?.Statement ?? []).flatMap(ofRight),
    ].map((fault) => `${id}: ${fault}`),
  );
}

type Statement = z.output<typeof statement>;

function ofTrust({ Condition }: Statement): string[] {
  const exact = Condition.StringEquals ?? {};
  const subject = JSON.stringify(exact[SUBJECT] ?? '');
  return [
    ...(/repo:[^*"]+:environment:[^*"]+"/.test(subject)
      ? []
      : ['who may take it must be one environment of one repository, exactly']),
    ...(exact[AUDIENCE] === 'sts.amazonaws.com' ? [] : ['the token must be for sts.amazonaws.com']),
  ];
}

function ofRight({ Sid = 'a statement', Effect, Action, Resource, Condition }: Statement): string[] {
  if (Effect === 'Deny') return [];
  const actions = Action.map(String);
  const through = JSON.stringify(Condition['ForAnyValue:StringEquals']?.[THROUGH] ?? '').includes(
    'cloudformation.amazonaws.com',
  );
  const everything = Resource?.includes('*') ?? true;
  return [
    ...actions.filter((action) => action.includes('*')).map((action) => `${Sid}: ${action}: an action is named`),
    ...(everything && !through && !actions.every((action) => LOOKS.test(action))
      ? [`${Sid}: changes everything there is`]
      : []),
    ...(actions.includes('iam:PassRole') && !('iam:PassedToService' in (Condition.StringEquals ?? {}))
      ? [`${Sid}: roles are handed to functions alone`]
      : []),
  ];
}
