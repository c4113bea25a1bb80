import type { Settings } from './settings.ts';

/** Of the layers of OpenTelemetry: https://github.com/open-telemetry/opentelemetry-lambda/blob/main/nodejs/README.md */
const WRAPPER = '/opt/otel-handler';

/** The layers of each function of a stage that names any. */
export const layersOf = ({ tracing }: Settings) => tracing && { layers: tracing.layers };

/** What starts Node with their SDK, and what that is told. */
export const tracingVariables = ({ tracing }: Settings) =>
  tracing && { AWS_LAMBDA_EXEC_WRAPPER: tracing.wrapper ?? WRAPPER, ...tracing.environment };
