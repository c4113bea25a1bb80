import type { StoredKey } from '../../../../lib/core/access/key-entry.ts';
import { OPEN_STATES } from '../../../../lib/core/failure.ts';
import { sealCursor } from '../../../../lib/http/list-cursor.ts';
import { anEntry } from '../../a-change.ts';
import jobRun from '../../events/job.run.ts';
import noteKept from '../../events/note.kept.ts';
import { storedKey } from '../../stored-key.ts';
import { type Deployed, OTHER_TYPE, TYPE } from '../deployed.ts';
import { expected, SCOPES, type Scope } from '../expected.ts';
import { addThings, type Example } from '../things.ts';
import { type Known, WORDS } from './oracle.ts';
import type { Knowledge } from './requests.ts';

const OWN_SCOPES = SCOPES.filter((scope) => scope !== 'operator');
const example: Example = { type: TYPE, data: noteKept.example };

/** Two tenants, each with some of everything; the keys of one, and all that its people may have heard of the other. */
export async function surroundings(world: Deployed) {
  const { mongo, ports, stage } = world;
  const add = async (known: Known | 'theirs' | 'dead') => {
    const fields: Partial<StoredKey> = {
      ...{
        tenant: known === 'theirs' ? 'theirs' : 'mine',
        scopes: typeof known === 'object' ? known.scopes : OWN_SCOPES,
      },
      ...(typeof known === 'object' && known.bound && { types: [TYPE], sources: ['/tenants/mine'] }),
      ...(known === 'dead' && { expires: '2026-01-01T00:00:00.000Z' }),
    };
    const { text, key } = storedKey(fields, stage);
    await ports.keys.create({ key, audit: { ...anEntry, tenant: key.tenant, action: 'key.created', subject: key.id } });
    return text;
  };
  const keys = new Map<string, Known>();
  for (const scope of OWN_SCOPES)
    keys.set(await add({ scopes: [scope], bound: false }), { scopes: [scope], bound: false });
  const full = await add({ scopes: OWN_SCOPES, bound: false });
  const bound = await add({ scopes: OWN_SCOPES, bound: true });
  keys.set(full, { scopes: OWN_SCOPES, bound: false }).set(bound, { scopes: OWN_SCOPES, bound: true });
  const theirKey = await add('theirs');
  const dead = [await add('dead'), storedKey({}, stage).text, storedKey({}, 'prod').text];

  const data = (word: string) => ({ ...noteKept.example, title: `data of ${word}` });
  const things = (tenant: string, word: string) =>
    addThings(mongo, { tenant, word, stage, example: { type: TYPE, data: data(word) } });
  const theirs = await Promise.all([1, 2].map(() => things('theirs', WORDS.theirs)));
  const mine = await Promise.all([1, 2, 3].map(() => things('mine', WORDS.mine)));
  const other = { type: OTHER_TYPE, data: jobRun.example };
  const unbound = await addThings(mongo, { tenant: 'mine', word: WORDS.unbound, stage, example: other });
  const cursors = await Promise.all([theirKey, full].map((text) => cursorsOf(world, text)));
  const knowledge: Knowledge = {
    ...{ example, things: [...mine, unbound, ...theirs], cursors: [...cursors.flat(), ...FORGED] },
    ...{ texts: [...keys.keys()], dead },
    opening: (route) => [...keys].flatMap(([text, { scopes }]) => (opens(scopes, route) ? [text] : [])),
  };
  return { keys, knowledge, theirs };
}

const opens = (scopes: readonly Scope[], route: string): boolean =>
  expected[route]?.scope === 'any key' || scopes.some((scope) => scope === expected[route]?.scope);

const LISTS = [
  '/events',
  '/events?order=settled&since=2020-01-01T00:00:00Z',
  '/failures',
  '/failures/groups',
  '/replays',
  '/keys',
  '/audit',
];

/** The seal of a cursor is no secret: whoever knows how may make one of any position. */
const FORGED = (['events', 'failures', 'replays', 'keys', 'audit'] as const).flatMap((list) =>
  [
    ...['', '{"$ne":null}', `2099-01-01T00:00:00.000Z ${'x'.repeat(43)}`, `9999-99-99T99:99:99.999Z ${'-'.repeat(43)}`],
    ...['key', 'job', 'audit'].map((word) => `${word} 2099-01-01T00:00:00.000Z ${'f'.repeat(36)}`),
  ].map((position) =>
    sealCursor(Buffer.from(position).toString('base64url'), {
      ...{ list, reach: { tenants: ['mine'] }, filter: list === 'failures' ? { status: OPEN_STATES } : {} },
    }),
  ),
);

async function cursorsOf({ ask }: Deployed, text: string): Promise<string[]> {
  const pages = await Promise.all(
    LISTS.map((list) =>
      ask({
        method: 'GET',
        target: `${list}${list.includes('?') ? '&' : '?'}limit=1`,
        headers: [['Authorization', `Bearer ${text}`]],
      }),
    ),
  );
  return pages.flatMap(({ text: page }) => JSON.parse(page).next ?? []);
}
