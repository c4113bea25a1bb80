import { replay } from '../lib/wiring/functions/replay.ts';
import { httpHandler } from '../lib/wiring/http-handler.ts';
import { connectReplay } from '../lib/wiring/replay.ts';
import { loadEvent } from './load-event.ts';

export const handler = httpHandler(replay, connectReplay(loadEvent));
