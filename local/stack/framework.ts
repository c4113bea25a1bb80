import type { CorsSettings } from './gateway/cors.ts';
import type { DeclaredService } from './service.ts';

/** What is used of the framework. */
export interface Framework {
  serviceDir: string;
  service: DeclaredService & { provider: { httpApi?: { cors?: CorsSettings } }; custom: { sluice: unknown } };
  processedInput: { commands: readonly string[] };
  version: string;
  /** What plugins declare is in the schema. */
  configSchemaHandler: { schema: unknown; validateConfig(configuration: unknown): Promise<void> };
  pluginManager: { plugins: readonly object[]; spawn(command: string): Promise<void> };
}
/** Command-line options of `serverless offline`; what is not given is set here. */
export interface Options {
  host?: string;
  httpPort?: number | string;
  lambdaPort?: number | string;
  noSponsor?: boolean;
  disableCookieValidation?: boolean;
  noAuth?: boolean;
}
