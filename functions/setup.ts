import { deploymentHandler } from '../lib/wiring/deployment-handler.ts';
import { setup } from '../lib/wiring/functions/setup.ts';
import { connectSetup } from '../lib/wiring/setup.ts';
import { loadEvent } from './load-event.ts';

export const handler = deploymentHandler(setup, connectSetup(loadEvent));
