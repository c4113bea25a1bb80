import { describe, expect, test } from 'vitest';
import { deployedOf } from '../deploy/deployed.ts';
import { rolesOf } from '../deploy/roles.ts';
import { parseSettings } from '../deploy/settings.ts';
import { catalogueOf } from '../lib/core/catalogue.ts';
import type { FunctionDeclaration } from '../lib/wiring/functions/declaration.ts';
import { functions } from '../lib/wiring/functions/functions.ts';
import { httpFunctions } from '../lib/wiring/functions/http-functions.ts';
import { read, texts } from './support/repository.ts';
import { plain } from './support/service-definitions.ts';
import { titlesByFile } from './support/titles.ts';

const page = read('docs/security.md');
const cited = [...page.matchAll(/^- `(test\/\S+)`: (.+)$/gm)].map(([, path = '', title = '']) => ({ path, title }));

/** https://owasp.org/API-Security/editions/2023/en/0x11-t10/ and https://github.com/OWASP/Serverless-Top-10-Project */
const risks = [
  'API1:2023 Broken Object Level Authorization',
  'API2:2023 Broken Authentication',
  'API3:2023 Broken Object Property Level Authorization',
  'API4:2023 Unrestricted Resource Consumption',
  'API5:2023 Broken Function Level Authorization',
  'API6:2023 Unrestricted Access to Sensitive Business Flows',
  'API7:2023 Server Side Request Forgery',
  'API8:2023 Security Misconfiguration',
  'API9:2023 Improper Inventory Management',
  'API10:2023 Unsafe Consumption of APIs',
  'S1:2017 Injection',
  'S2:2017 Broken Authentication',
  'S3:2017 Sensitive Data Exposure',
  'S4:2017 XML External Entities (XXE)',
  'S5:2017 Broken Access Control',
  'S6:2017 Security Misconfiguration',
  'S7:2017 Cross-Site Scripting (XSS)',
  'S8:2017 Insecure Deserialization',
  'S9:2017 Using Components with Known Vulnerabilities',
  'S10:2017 Insufficient Logging and Monitoring',
];

/** What stands under the heading of the third level, up to the next. */
const under = (heading: string): string => page.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? '';

/** What the page calls the actions of a statement, by its own legend. */
const verbs = new Map(
  [...page.matchAll(/^- \*([a-z ]+)\* is (`sqs:.+`)$/gm)].map(([, verb = '', actions = '']) => [
    actions.replace(/[` ]/g, ''),
    verb,
  ]),
);
const ofType = catalogueOf([plain]);
const queues: Readonly<Record<string, string>> = {
  StockSeenQueue: 'events',
  ReplaysQueue: 'replays',
  DeadLetterQueue: 'dead letters',
  FifoDeadLetterQueue: 'dead letters',
};
const settings = parseSettings({
  service: 'sluice',
  stage: 'dev',
  origins: [],
  vpc: null,
  alarmTopic: null,
  environment: { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' },
});

interface Statement {
  Sid: string;
  Effect: string;
  Action: string[];
  Resource: { 'Fn::GetAtt': [string, string] }[];
}

/** Of one role: which queues it may do what with. */
function rightsIn(role: unknown, own: boolean): Record<string, string> {
  const { Policies } = role as { Policies: { PolicyDocument: { Statement: Statement[] } }[] };
  const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter(
    ({ Sid }) => Sid !== 'Log',
  );
  return Object.fromEntries(
    statements.map(({ Action, Resource }) => {
      const named = Resource.map(({ 'Fn::GetAtt': [id] }) => queues[id] ?? id);
      const whose = (name: string) => (name === 'events' ? 'its own' : `its ${name}`);
      return [verbs.get(Action.join(',')) ?? Action.join(), [...new Set(own ? named.map(whose) : named)].join(', ')];
    }),
  );
}

const askedBy: Readonly<Record<FunctionDeclaration['kind'], string>> = {
  http: 'requests',
  authorizer: 'the gateway',
  queue: 'queues',
  consumer: 'queues',
  scheduled: 'the clock',
  deployment: 'CloudFormation',
};

const addressesOf = ({ needs, readsOnly, setsUp }: FunctionDeclaration): string =>
  [
    ...(needs.includes('mongodb') ? [`MongoDB${readsOnly ? ' (reads)' : setsUp ? ' (sets up)' : ''}`] : []),
    ...(needs.includes('redis') ? ['Redis'] : []),
  ].join(', ');

describe('docs/security.md', () => {
  test('names every risk of both lists, and tests for each', () => {
    expect([...page.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading)).toEqual(risks);
    expect(risks.filter((risk) => !/^- `test\//m.test(under(risk)))).toEqual([]);
  });

  test('names tests that there are, by their titles', () => {
    expect(cited.length).toBeGreaterThan(50);
    const missing = cited.filter(({ path, title }) => !titlesByFile.get(path)?.some((one) => one.includes(title)));
    expect(missing).toEqual([]);
  });

  test('names every route with its scope and its function', () => {
    const rows = [...page.matchAll(/^\| `(\w+ \/\S*)` \| `?([^|`]+)`? \| `(\S+)` \|$/gm)].map(([, ...row]) => row);
    expect(rows).toEqual(
      httpFunctions.flatMap(({ name, routes }) => Object.entries(routes).map(([route, scope]) => [route, scope, name])),
    );
  });

  test('names what the role of every function may do, and which addresses it has', () => {
    const deployed = deployedOf(functions, ofType);
    const roles = Object.values(rolesOf(deployed, settings));
    const code = deployed.map(({ declaration }, index) => {
      const rights = rightsIn(roles[index]?.Properties, declaration.kind === 'consumer');
      const { receives = '', 'puts off': putsOff = '', sends = '', 'looks at': looksAt = '', ...others } = rights;
      expect(others).toEqual({});
      const asked = [receives, putsOff, sends, looksAt];
      return [`\`${declaration.name}\``, askedBy[declaration.kind], ...asked, addressesOf(declaration)];
    });
    const [, table = ''] = /\| function \| asked by .+\n\|[-|]+\n((?:\|.+\n)+)/.exec(page) ?? [];
    const rows = table.trimEnd().split('\n');
    expect(
      rows.map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    ).toEqual(code);
  });
});

test('lib/ opens no connection but those of its drivers: it calls no address that a request names', () => {
  const calls =
    /\bfetch\(|from 'node:(?:https?|http2|net|tls|dgram|dns|child_process|vm)'|(?<![.\w])eval\(|\bnew Function\(/;
  const found = texts.filter(({ path, text }) => path.startsWith('lib/') && calls.test(text));
  // Of these the first answers CloudFormation, which alone asks that function; the second asks Secrets Manager, the third makes the agents of
  // the SQS driver, the last hands on what a handler calls.
  expect(found.map(({ path }) => path)).toEqual([
    'lib/adapters/cloudformation/tell-deployment.ts',
    'lib/adapters/secrets-manager/post.ts',
    'lib/adapters/sqs/connections.ts',
    'lib/wiring/fetch-frames.ts',
  ]);
});
