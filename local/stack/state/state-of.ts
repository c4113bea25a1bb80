import { systemClock } from '../../../lib/wiring/clock.ts';
import type { Engines } from '../engines/engines.ts';
import { keepState, type State } from './keep-state.ts';

/**
 * Takes in what was kept, as SLUICE_STATE says: nothing for `none`, put aside for `fresh`. After a run that nobody has stopped, what Redis
 * derives from MongoDB is built anew.
 * @param path of the folder
 * @param variables of functions: service and stage, and what is said of servers
 * @throws EngineError when it cannot be read, DependencyError when an engine does not answer
 */
export async function stateOf(
  path: string,
  engines: Engines,
  variables: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<State> {
  const { SLUICE_STATE } = process.env;
  const mode = SLUICE_STATE === 'none' || SLUICE_STATE === 'fresh' ? SLUICE_STATE : 'kept';
  const state = await keepState({ path, mode, engines, clock: systemClock, say });
  if (state.redisIsDoubtful) {
    const { rebuildRedis } = await import('./rebuild-redis.ts');
    const addresses = { MONGODB_URI: engines.mongo.uri, REDIS_URL: engines.redis.url };
    const records = await rebuildRedis({ ...variables, ...addresses });
    say(`what Redis knew of events is dropped; projections are built anew from what ${records} records tell`);
  }
  return state;
}
