/** Who asks AWS, and where: what Lambda tells each function. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export interface AwsAccess {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** Only where the service is not AWS's own. */
  endpoint?: string | undefined;
}
