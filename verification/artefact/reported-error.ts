import { z } from 'zod';
import type { ReportedError } from '../../local/stack/function-process/protocol.ts';

const reported = z.object({
  errorType: z.string().default('Error'),
  errorMessage: z.string().default(''),
  trace: z.array(z.string()).default([]),
});

/** What a runtime says of an error: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export function reportedIn(body: string): ReportedError {
  const parsed = reported.safeParse(jsonOf(body));
  return parsed.success ? parsed.data : { errorType: 'Runtime.Unknown', errorMessage: body.slice(0, 500), trace: [] };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
