/** What CloudFormation fills in, as long as it gets. */
const FILLED_IN: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-99',
  'AWS::URLSuffix': 'amazonaws.com.cn',
  'AWS::AccountId': '000000000000',
};

/** Before the name of a queue or a log group. */
const ARN = `arn:${FILLED_IN['AWS::Partition']}:logs:${FILLED_IN['AWS::Region']}:${FILLED_IN['AWS::AccountId']}:log-group:`;
/** A function has one of 64 characters, a queue of 80. */
const LONGEST_NAME = 80;

/**
 * A part of the template as JSON without white space, with all that CloudFormation fills in.
 * @param nameOf the physical name of a resource, by its logical one; undefined: it may be as long as it gets
 */
export const filledInJson = (value: unknown, nameOf: (id: string) => string | undefined = () => undefined): string =>
  JSON.stringify(value, (_, one) => {
    if (isSub(one)) return one['Fn::Sub'].replace(/\$\{([^}]+)\}/g, (all, name: string) => FILLED_IN[name] ?? all);
    if (isGetAtt(one)) return ARN + (nameOf(one['Fn::GetAtt'][0]) ?? 'x'.repeat(LONGEST_NAME));
    return one;
  });

const isSub = (value: unknown): value is { 'Fn::Sub': string } =>
  typeof value === 'object' && value !== null && 'Fn::Sub' in value && typeof value['Fn::Sub'] === 'string';

const isGetAtt = (value: unknown): value is { 'Fn::GetAtt': [string, string] } =>
  typeof value === 'object' && value !== null && 'Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt']);
