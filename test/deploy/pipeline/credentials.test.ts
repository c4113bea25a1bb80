import { describe, expect, test } from 'vitest';
import { credentialsOf } from '../../../deploy/pipeline/credentials.ts';

const ROLE = 'arn:aws:iam::123456789012:role/sluice-pipeline-prod';
const github = {
  AWS_ROLE_ARN: ROLE,
  GITHUB_RUN_ID: '17',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example/?run=17',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the run',
};
const given = {
  AssumeRoleWithWebIdentityResponse: {
    AssumeRoleWithWebIdentityResult: {
      Credentials: { AccessKeyId: 'id', SecretAccessKey: 'secret', SessionToken: 'session', Expiration: 1.8e9 },
    },
  },
};
const region = { AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-central-1' };

/** @param answers in the order in which they are asked for */
function asked(...answers: Response[]) {
  const requests: { url: string; authorization: string | null; body: Record<string, string> }[] = [];
  const request: typeof fetch = async (url, init) => {
    const body = init?.body instanceof URLSearchParams ? Object.fromEntries(init.body) : {};
    requests.push({ url: String(url), authorization: new Headers(init?.headers).get('authorization'), body });
    const answer = answers.shift();
    if (!answer) throw new TypeError('fetch failed');
    return answer;
  };
  return { requests, request };
}

describe('credentials of a pipeline', () => {
  test('are those of the role, for the token of the run', async () => {
    const { requests, request } = asked(Response.json({ value: 'who asks' }), Response.json(given));
    expect(await credentialsOf(github, 'eu-central-1', request)).toEqual({
      ...region,
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
    });
    expect(requests[0]).toMatchObject({
      url: 'https://token.example/?run=17&audience=sts.amazonaws.com',
      authorization: 'Bearer of the run',
    });
    expect(requests[1]).toMatchObject({
      url: 'https://sts.eu-central-1.amazonaws.com/',
      authorization: null,
      body: { RoleArn: ROLE, WebIdentityToken: 'who asks', RoleSessionName: 'sluice-17' },
    });
  });

  test.each([
    ['cn-north-1', 'https://sts.cn-north-1.amazonaws.com.cn/'],
    ['us-gov-west-1', 'https://sts.us-gov-west-1.amazonaws.com/'],
  ])('are asked for in %s where AWS has its domain there', async (where, address) => {
    const { requests, request } = asked(Response.json(given));
    await credentialsOf({ AWS_ROLE_ARN: ROLE, AWS_ID_TOKEN: 'of GitLab' }, where, request);
    expect(requests).toMatchObject([{ url: address }]);
  });

  test('elsewhere than on GitHub the token is handed over', async () => {
    const { requests, request } = asked(Response.json(given));
    await credentialsOf({ AWS_ROLE_ARN: ROLE, AWS_ID_TOKEN: 'of GitLab' }, 'eu-central-1', request);
    expect(requests).toMatchObject([{ body: { WebIdentityToken: 'of GitLab' } }]);
  });

  test('where no role is named the shell has them, and nobody is asked', async () => {
    const { requests, request } = asked();
    expect(await credentialsOf({}, 'eu-central-1', request)).toEqual(region);
    expect(requests).toEqual([]);
  });

  test.each([
    ['the job may not ask', { AWS_ROLE_ARN: ROLE }, [], 'the job needs `id-token: write`'],
    ['no answer came', github, [], 'GitHub gave no answer: fetch failed'],
    [
      'GitHub refuses',
      github,
      [Response.json({ value: 'secret' }, { status: 403 })],
      'GitHub gave no credentials: it answered 403',
    ],
    [
      'AWS refuses',
      { ...github, AWS_ID_TOKEN: 'x' },
      [Response.json({}, { status: 403 })],
      'AWS gave no credentials: it answered 403',
    ],
    [
      'AWS says something else',
      { ...github, AWS_ID_TOKEN: 'x' },
      [new Response('<xml/>')],
      'AWS gave no credentials: its answer',
    ],
  ])('where %s it ends with a line, without the answer', async (_, environment, answers, line) => {
    const { request } = asked(...answers);
    await expect(credentialsOf(environment, 'eu-central-1', request)).rejects.toThrow(line);
  });
});
