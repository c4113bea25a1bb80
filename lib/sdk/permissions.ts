import * as z from 'zod';

/** What the function of an event type may do beside what Sluice does for it: a statement of IAM in its own role. */
export interface Permission {
  /** `<service>:<Action>`, without wildcards. */
  readonly actions: readonly string[];
  /** ARNs; a wildcard stands for a part of the resource, never for all there is. */
  readonly resources: readonly string[];
}

/** An inline policy of a role has 10,240 characters in all. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST = 20;

const action = z
  .string()
  .regex(/^[^*?]*$/, { error: 'must name one action: no wildcard', abort: true })
  .regex(/^[a-z0-9-]+:[A-Za-z0-9]+$/, 'must be <service>:<Action>, e.g. s3:GetObject');

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const arn = z
  .string()
  .regex(/^(?!\*+$)/, { error: 'must name resources: * is everything', abort: true })
  .regex(
    /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:(?![*?]+$)\S+$/,
    'must be an ARN that names resources, e.g. arn:aws:s3:::invoices/*',
  );

const listOf = (what: z.ZodString) =>
  z.array(what).min(1, 'must not be empty').max(MOST, `may have ${MOST} entries at most`).readonly();

const permission = z.strictObject({ actions: listOf(action), resources: listOf(arn) });

/** The permissions of an event file. */
export const permissionOptions = z.array(permission).max(MOST, `may have ${MOST} entries at most`).readonly();

export const permissionKeys = Object.keys(permission.shape);
