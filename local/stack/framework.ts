import type { CorsSettings } from './gateway/cors.ts';
import type { DeclaredService } from './service.ts';

/** What is used of the framework. */
export interface Framework {
  serviceDir: string;
  service: DeclaredService & { provider: { httpApi?: { cors?: CorsSettings } }; custom: { sluice: unknown } };
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
