import { z } from 'zod';
import { awsDomain } from '../../lib/core/aws-domain.ts';
import { ConfigError, messageOf } from '../../lib/core/errors.ts';
import type { Variables } from './framework.ts';

/** Whom tokens are for; roles.yml asks for it. */
const AUDIENCE = 'sts.amazonaws.com';
const SECONDS = 3600;
const PATIENCE_MS = 20_000;

const githubAnswer = z.object({ value: z.string().min(1) });
const stsAnswer = z.object({
  AssumeRoleWithWebIdentityResponse: z.object({
    AssumeRoleWithWebIdentityResult: z.object({
      Credentials: z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), SessionToken: z.string() }),
    }),
  }),
});

/**
 * Credentials of the role of an environment, for an hour: what says who asks is the token of the pipeline's own run, so that nobody keeps a key.
 * They are handed to the programs that need them and to nobody else.
 * @param environment AWS_ROLE_ARN; of GitHub ACTIONS_ID_TOKEN_REQUEST_URL and …_TOKEN, elsewhere the token as AWS_ID_TOKEN
 * @returns variables of the programs that speak to AWS: the region, and the credentials; those of the shell hold where no role is named
 * @throws ConfigError where a role is named and not given
 * @see https://docs.github.com/en/actions/reference/security/oidc and
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function credentialsOf(
  environment: Readonly<Record<string, string | undefined>>,
  region: string,
  request: typeof fetch,
): Promise<Variables> {
  const { AWS_ROLE_ARN: role, GITHUB_RUN_ID: run = 'local' } = environment;
  // The older command line of AWS knows the second alone.
  const where = { AWS_REGION: region, AWS_DEFAULT_REGION: region };
  if (!role) return where;
  const token = environment.AWS_ID_TOKEN || (await tokenOfGithub(environment, request));
  const asked = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: `sluice-${run}`,
    DurationSeconds: String(SECONDS),
    WebIdentityToken: token,
  });
  const answer = await answered('AWS', stsAnswer, () =>
    request(`https://sts.${region}.${awsDomain(region)}/`, {
      method: 'POST',
      body: asked,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } =
    answer.AssumeRoleWithWebIdentityResponse.AssumeRoleWithWebIdentityResult.Credentials;
  return {
    ...where,
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
}

async function tokenOfGithub(
  environment: Readonly<Record<string, string | undefined>>,
  request: typeof fetch,
): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: own } = environment;
  if (!url || !own)
    throw new ConfigError(
      'AWS_ROLE_ARN names a role, and nothing says who asks: the job needs `id-token: write`, or AWS_ID_TOKEN',
    );
  const { value } = await answered('GitHub', githubAnswer, () =>
    request(`${url}&audience=${AUDIENCE}`, {
      headers: { authorization: `Bearer ${own}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    }),
  );
  return value;
}

/** @throws ConfigError without the body of the answer, which may hold a token */
async function answered<Shape extends z.ZodType>(
  who: string,
  shape: Shape,
  ask: () => Promise<Response>,
): Promise<z.output<Shape>> {
  let response: Response;
  try {
    response = await ask();
  } catch (cause) {
    throw new ConfigError(`${who} gave no answer: ${messageOf(cause)}`, { cause });
  }
  if (!response.ok) throw new ConfigError(`${who} gave no credentials: it answered ${response.status}`);
  const parsed = shape.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success)
    throw new ConfigError(`${who} gave no credentials: its answer is not of the form that was asked for`);
  return parsed.data;
}
