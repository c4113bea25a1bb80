import { describe, expect, test } from 'vitest';
import type { Derived } from '../../../deploy/template.ts';
import { arnOf, fullTemplate, resourcesOf } from '../../support/full-template.ts';

interface Statement {
  Sid: string;
  Effect: string;
  Action: string[];
  Resource: unknown;
  Condition?: object;
}

const roleIdOf = (key: string) => `${key.charAt(0).toUpperCase()}${key.slice(1)}Role`;
const statementsIn = (role: Record<string, unknown> = {}): Statement[] =>
  (role.Policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap((one) => one.PolicyDocument.Statement);
const rolesIn = (template: Derived) => Object.entries(resourcesOf(template, 'AWS::IAM::Role'));
const template = await fullTemplate();

const poll = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const events = ['StockCountedQueue', 'StockMovedQueue', 'StockSeenQueue'];
const letters = ['DeadLetterQueue', 'FifoDeadLetterQueue'];
const publish = (...more: string[]) => ({ Publish: ['sqs:SendMessage', ...events, ...more] });
const consumer = (queue: string, dead: string) => ({
  Consume: [...poll, queue],
  PutOff: ['sqs:ChangeMessageVisibility', queue],
  DeadLetter: ['sqs:SendMessage', dead],
});
const none = ['query', 'failures', 'keys', 'catalogue', 'authorizer', 'countFailures', 'setup'];
const expected: Record<string, Record<string, string[]>> = {
  ...Object.fromEntries(none.map((key) => [key, {}])),
  ingest: publish(),
  replay: publish('ReplaysQueue'),
  health: { Ping: ['sqs:GetQueueAttributes', 'DeadLetterQueue'] },
  deadLetter: { Consume: [...poll, ...letters] },
  bulkReplay: {
    Consume: [...poll, 'ReplaysQueue'],
    PutOff: ['sqs:ChangeMessageVisibility', 'ReplaysQueue'],
    ...publish(),
  },
  onStockCounted: consumer('StockCountedQueue', 'DeadLetterQueue'),
  onStockMoved: consumer('StockMovedQueue', 'FifoDeadLetterQueue'),
  onStockSeen: consumer('StockSeenQueue', 'DeadLetterQueue'),
};

describe('a role', () => {
  test('is of one function, and Lambda alone takes it', () => {
    const functions = Object.entries(template.functions);
    expect(functions.map(([key]) => key).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [key, { role }] of functions) expect(role, key).toEqual(arnOf(roleIdOf(key)));
    for (const [id, { AssumeRolePolicyDocument }] of rolesIn(template))
      expect(AssumeRolePolicyDocument, id).toEqual({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] }],
      });
    expect(rolesIn(template)).toHaveLength(functions.length);
  });

  test('has no wildcard, but what an event file writes into its resources', () => {
    for (const [id, role] of rolesIn(template)) {
      expect(Object.keys(role).toSorted(), id).toEqual(['AssumeRolePolicyDocument', 'Policies']);
      for (const { Sid, Action, Resource } of statementsIn(role)) {
        expect(JSON.stringify(Action), `${id} ${Sid}`).not.toContain('*');
        if (!Sid.startsWith('Permission')) expect(JSON.stringify(Resource), `${id} ${Sid}`).not.toContain('*');
      }
    }
  });

  test.each(Object.entries(expected))('of %s has these actions on these queues, and no other', (key, rights) => {
    const own = statementsIn(resourcesOf(template, 'AWS::IAM::Role')[roleIdOf(key)]).filter(
      ({ Sid }) => !/^(Log|Secrets|Permission\d)$/.test(Sid),
    );
    const shown = own.map(({ Sid, Effect, Action, Resource }) => {
      expect(Effect).toBe('Allow');
      const named = (Resource as { 'Fn::GetAtt': [string, string] }[]).map((one) => one['Fn::GetAtt'][0]);
      return [Sid, [...Action, ...named]];
    });
    expect(Object.fromEntries(shown)).toEqual(rights);
  });

  test('writes the log of its function, and makes no other', () => {
    for (const [id, role] of rolesIn(template))
      expect(statementsIn(role)[0], id).toEqual({
        Sid: 'Log',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arnOf(id.replace(/Role$/, 'LogGroup'))],
      });
  });

  test('reads the secrets of its own event file, one by one, and does what that file asks for', () => {
    const asked = rolesIn(template).flatMap(([id, role]) =>
      statementsIn(role)
        .filter(({ Sid }) => /^(Secrets|Permission\d)$/.test(Sid))
        .map(({ Action, Resource }) => [id, Action, JSON.stringify(Resource).replace(/^.*:(parameter|s3)/, '$1')]),
    );
    expect(asked).toEqual([
      ['OnStockCountedRole', ['ssm:GetParameters'], 'parameter/sluice/dev/COUNT_KEY"}]'],
      ['OnStockCountedRole', ['s3:GetObject'], 's3:::counts/*"]'],
    ]);
  });

  test('in a network lets Lambda make interfaces, and keeps that from the code', async () => {
    const inside = await fullTemplate({ vpc: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] } });
    for (const [id, role] of rolesIn(inside)) {
      const [join, deny] = statementsIn(role).slice(-2);
      expect(join, id).toMatchObject({ Sid: 'JoinVpc', Effect: 'Allow', Resource: '*' });
      expect(
        join?.Action.every((action) => action.startsWith('ec2:')),
        id,
      ).toBe(true);
      expect(deny, id).toMatchObject({ Effect: 'Deny', Action: join?.Action, Resource: '*' });
      expect(JSON.stringify(deny?.Condition), id).toMatch(/^\{"ArnEquals":\{"lambda:SourceFunctionArn":\[.+\]\}\}$/);
    }
  });
});
