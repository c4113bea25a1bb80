import { z } from 'zod';
import { type Derived, derive } from '../../deploy/template.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { secret } from '../../lib/sdk/settings.ts';
import { ordered, plain } from './service-definitions.ts';

/** A type with all that an event file may ask for. */
const asking = defineEvent({
  type: 'stock.counted',
  summary: 'Somebody counted it',
  data: z.strictObject({ part: z.string() }),
  example: { part: 'lamp' },
  queue: { timeout: 20 },
  env: { COUNT_KEY: secret(), COUNT_URL: z.string() },
  permissions: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::counts/*'] }],
  handleBatch: async () => undefined,
});

const stage = {
  ...{ service: 'sluice', stage: 'dev', origins: ['https://site.example'], retain: true },
  alarmTopic: 'arn:aws:sns:eu-central-1:1:alarms',
  domain: { name: 'events.example.com', certificateArn: 'arn:aws:acm:eu-central-1:1:certificate/a' },
  environment: { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' },
};

/** What is deployed of a stage that says all it may, with three types: a plain, an ordered and an asking one. */
export const fullTemplate = (over: Record<string, unknown> = {}): Promise<Derived> =>
  derive({ ...stage, ...over }, catalogueOf([plain, ordered, asking]));

export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** Resources of one type, by their logical names. */
export const resourcesOf = ({ resources }: Derived, type: string): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(resources.Resources).flatMap(([id, { Type, Properties }]) =>
      Type === type ? [[id, Properties] as const] : [],
    ),
  );
