import { z } from 'zod';

/** What an ARN has behind `arn:<partition>:`, by what it is of, and how that is said. */
const FORMS = {
  layer: {
    what: 'a version of a layer',
    form: /lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+/,
    example: 'lambda:<region>:<account>:layer:<name>:<version>',
  },
  certificate: {
    what: 'a certificate in the region of the stage',
    form: /acm:[a-z0-9-]+:\d+:certificate\/[\w-]+/,
    example: 'acm:<region>:<account>:certificate/<id>',
  },
  topic: {
    what: 'an SNS topic',
    form: /sns:[a-z0-9-]+:\d+:[\w-]+(?:\.fifo)?/,
    example: 'sns:<region>:<account>:<name>',
  },
  /** Of the key itself, because a policy knows no alias: https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html */
  key: {
    what: 'a key of KMS',
    form: /kms:[a-z0-9-]+:\d+:key\/[\w-]+/,
    example: 'kms:<region>:<account>:key/<id>',
  },
} as const;

/** An ARN of such a thing, in any partition: of another AWS says so in the middle of a deployment, or when a function asks. */
export function arnOf(kind: keyof typeof FORMS) {
  const { what, form, example } = FORMS[kind];
  return z
    .string()
    .regex(new RegExp(`^arn:aws[a-z-]*:${form.source}$`), `must be the ARN of ${what}: arn:aws:${example}`);
}
