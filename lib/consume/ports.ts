import type { Build } from '../core/build.ts';
import type { QueueControl } from '../ports/queue-control.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { MarkPorts } from './marks.ts';
import type { RunPorts } from './run.ts';
import type { Settings } from './settings.ts';
import type { SettlePorts } from './settle.ts';
import type { Setup } from './setup.ts';

/** All that a consumer needs of the world. */
export interface ConsumePorts extends Omit<RunPorts, 'env'>, SettlePorts, MarkPorts {
  queue: QueueControl;
  setup: Setup;
  settings: Settings;
}

export interface ConsumeOptions {
  definition: EventDefinition;
  /** Of the schema in this bundle (lib/core/catalogue.ts). */
  schemaHash: string;
  /** Of the definition in this bundle; none where it is in none. */
  build?: Build | undefined;
  queueUrl: string;
  deadLetterUrl: string;
  /** Events run at once. */
  runsAtOnce: number;
}
