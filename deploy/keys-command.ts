import { parseArgs } from 'node:util';
import { ConfigError } from '../lib/core/errors.ts';

const USAGE =
  'usage: npm run keys -- create --name <name> --tenant <tenant> --scopes <scopes> [bounds] | list [--tenant <tenant>] | rotate <id> [--overlap <seconds>] | revoke <id>; npm run keys -- --help says all of it';

/** What is asked of `create`, as it was typed. */
export interface KeyAsked {
  name: string;
  tenant: string;
  scopes: string;
  types?: string;
  sources?: string;
  expires?: string;
  rate?: string;
}

/** What the command line asks for. */
export type KeysCommand = { json: boolean; stage?: string } & (
  | { action: 'create'; asked: KeyAsked }
  | { action: 'list'; tenant?: string }
  | { action: 'rotate'; id: string; overlap?: string }
  | { action: 'revoke'; id: string }
);

/** What each action may be told beside `--stage` and `--json`; only `rotate` and `revoke` are of one key. */
const knownTo: Readonly<Record<KeysCommand['action'], readonly string[]>> = {
  create: ['name', 'tenant', 'scopes', 'types', 'sources', 'expires', 'rate'],
  list: ['tenant'],
  rotate: ['overlap'],
  revoke: [],
};

/** @throws ConfigError with the usage */
export function parseCommand(args: readonly string[]): KeysCommand {
  const { values, positionals } = understood(args);
  const [action, id, ...rest] = positionals;
  if (!isAction(action) || rest.length > 0) throw new ConfigError(USAGE);
  const { stage, json = false, name, tenant, scopes, overlap, ...bounds } = values;
  const strange = Object.keys(values).filter((one) => !['stage', 'json', ...knownTo[action]].includes(one));
  const ofOneKey = action === 'rotate' || action === 'revoke';
  if (strange.length > 0 || ofOneKey !== (id !== undefined)) throw new ConfigError(USAGE);
  const common = { json, ...(stage !== undefined && { stage }) };
  if (action === 'list') return { ...common, action, ...(tenant !== undefined && { tenant }) };
  if (action === 'revoke' && id !== undefined) return { ...common, action, id };
  if (action === 'rotate' && id !== undefined)
    return { ...common, action, id, ...(overlap !== undefined && { overlap }) };
  if (action !== 'create' || name === undefined || tenant === undefined || scopes === undefined)
    throw new ConfigError(USAGE);
  return { ...common, action, asked: { name, tenant, scopes, ...bounds } };
}

const isAction = (word: string | undefined): word is KeysCommand['action'] =>
  word !== undefined && Object.hasOwn(knownTo, word);

function understood(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        tenant: { type: 'string' },
        scopes: { type: 'string' },
        types: { type: 'string' },
        sources: { type: 'string' },
        expires: { type: 'string' },
        rate: { type: 'string' },
        overlap: { type: 'string' },
        stage: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw new ConfigError(USAGE, { cause });
  }
}
