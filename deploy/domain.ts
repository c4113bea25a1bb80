import type { Resource } from './queues.ts';
import type { Settings } from './settings.ts';

const DOMAIN = 'ApiDomain';
const regional = (attribute: string) => ({ 'Fn::GetAtt': [DOMAIN, attribute] });

/**
 * The address that a stage names for its API, and its record where Route 53 has the zone; elsewhere it is made by hand.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
 */
export function domainOf({ domain }: Settings): Record<string, Resource> {
  if (!domain) return {};
  const { name, certificateArn, hostedZoneId } = domain;
  return {
    [DOMAIN]: {
      Type: 'AWS::ApiGatewayV2::DomainName',
      Properties: {
        DomainName: name,
        DomainNameConfigurations: [
          { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
        ],
      },
    },
    [`${DOMAIN}Mapping`]: {
      Type: 'AWS::ApiGatewayV2::ApiMapping',
      Properties: { ApiId: { Ref: 'HttpApi' }, DomainName: { Ref: DOMAIN }, Stage: { Ref: 'HttpApiStage' } },
    },
    ...(hostedZoneId && {
      [`${DOMAIN}Record`]: {
        Type: 'AWS::Route53::RecordSet',
        Properties: {
          HostedZoneId: hostedZoneId,
          Name: name,
          Type: 'A',
          AliasTarget: {
            DNSName: regional('RegionalDomainName'),
            HostedZoneId: regional('RegionalHostedZoneId'),
          },
        },
      },
    }),
  };
}
