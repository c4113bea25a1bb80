import type { Document } from 'mongodb';
import { MongoClient } from 'mongodb';
import { localIdentity } from '../../lib/core/access/identity.ts';
import { readProjection } from '../../lib/projections/read.ts';
import type { ProjectionDeclaration } from '../../lib/sdk/declarations.ts';
import { connectRedis, projectionsOn } from '../../lib/wiring/redis.ts';
import type { Effects, EffectsReader, EffectsTarget } from '../../local/commands/demo/example.ts';
import type { Planned } from '../../local/commands/demo/plan.ts';
import type { Caller } from '../../local/stack/caller.ts';
import { assortment } from './seed.ts';
import type { ShopEvent } from './types.ts';

const { tenant } = localIdentity;
const prices = new Map(assortment.map(({ sku, price }) => [sku, price?.amount ?? 0]));
/** A HyperLogLog errs by 0.81 % (https://redis.io/docs/latest/develop/data-types/probabilistic/hyperloglogs/). */
export const estimated: ReadonlySet<string> = new Set(['unique visitors (Redis)']);

/** By how much the numbers must change, worked out from what is sent and from nothing else. */
export function expectedEffects(planned: readonly Planned[]): Effects {
  // Only valid events of the shop are ever expected to succeed.
  const done = planned
    .filter(({ expect }) => expect.answer === 'accepted' && expect.outcome === 'succeeded')
    .map(({ event }) => event as ShopEvent);
  const orders = done.filter((event) => event.type === 'order.placed').map(({ data }) => data);
  const changes = done.filter((event) => event.type === 'order.status.changed').map(({ data }) => data);
  const views = done.filter((event) => event.type === 'page.viewed').map(({ data }) => data);
  const errors = done.filter((event) => event.type === 'error.reported').length;
  const users = done.filter((event) => event.type === 'user.registered').length;
  const cancelled = new Set(changes.filter(({ status }) => status === 'cancelled').map(({ orderId }) => orderId));
  const kept = orders.filter(({ orderId }) => !cancelled.has(orderId));
  const pieces = (list: typeof orders) => sum(list.flatMap(({ lines }) => lines.map(({ quantity }) => quantity)));
  return {
    'users (MongoDB)': users,
    'orders (MongoDB)': orders.length,
    'pieces off stock (MongoDB)': pieces(kept),
    'page views (MongoDB)': views.length,
    'errors (MongoDB)': errors,
    'registrations (Redis)': users,
    'revenue, cents (Redis)': sum(
      kept.flatMap(({ lines }) => lines.map(({ sku, quantity }) => (prices.get(sku) ?? 0) * quantity)),
    ),
    'pieces sold (Redis)': pieces(orders),
    'page views (Redis)': views.length,
    'unique visitors (Redis)': new Set(views.map(({ visitorId }) => visitorId)).size,
    'errors by hour (Redis)': errors,
    'open failures (GET /failures)': planned.filter(fails).length,
  };
}

const fails = ({ expect }: Planned): boolean => expect.answer === 'accepted' && expect.outcome === 'failed';

/**
 * Reads the numbers as they are now; the days of a run are those that have begun since it started.
 * @throws DependencyError, or what the driver throws, when a database does not answer
 */
export function effectsReader(target: EffectsTarget): EffectsReader {
  const { projections, redis: named } = target;
  const mongo = new MongoClient(target.mongoUri);
  const db = mongo.db(target.database);
  const redis = connectRedis(
    {
      ...{ SERVICE: named.service, STAGE: named.stage },
      ...{ REDIS_URL: named.url, REDIS_CLUSTER: named.cluster, REDIS_TIMEOUT_MS: 2000, WITHOUT_TLS: [] },
      SECRETS_TIMEOUT_MS: 3000,
    },
    target.log,
  );
  const port = projectionsOn(redis);
  const started = Date.now();
  const count = (collection: string) => db.collection(collection).countDocuments({ tenant });
  const total = async (collection: string, field: string) => {
    const documents = await db.collection<Document>(collection).find({ tenant }).toArray();
    return sum(documents.map((document) => Number(document[field] ?? 0)));
  };
  const ask = <Kind extends ProjectionDeclaration['kind']>(
    projection: string,
    kind: Kind,
    keys: string[],
    limit?: number,
  ) => readProjection(port, projections, tenant, { projection, kind, keys, ...(limit !== undefined && { limit }) });

  return {
    async more() {
      const topProducts = await ask('top-products', 'sorted-set', ['all-time'], 3);
      const words = topProducts.map(({ member, score }) => `${member} ${score}`);
      return { line: `Top products of all time (Redis): ${words.join(', ')}`, fields: { topProducts } };
    },
    async read() {
      const days = daysSince(started);
      const perDay = async (value: (day: string) => Promise<number>) => sum(await Promise.all(days.map(value)));
      const fields = (record: Record<string, number>) => sum(Object.values(record));
      const [
        users,
        orders,
        stock,
        views,
        errors,
        registrations,
        revenue,
        sold,
        pageViews,
        visitors,
        errorRates,
        failures,
      ] = await Promise.all([
        count('users'),
        count('orders'),
        total('products', 'stock'),
        total('pageDays', 'views'),
        total('errorGroups', 'count'),
        perDay((day) => ask('registrations', 'counter', [day])),
        perDay((day) => ask('revenue', 'counter', [`${day}:EUR`])),
        ask('top-products', 'sorted-set', ['all-time']).then((members) => sum(members.map(({ score }) => score))),
        perDay(async (day) => fields(await ask('page-views', 'hash', [day]))),
        ask('unique-visitors', 'hyperloglog', days),
        perDay(async (day) => fields(await ask('error-rates', 'hash', [day]))),
        openFailures(target.caller),
      ]);
      return {
        'users (MongoDB)': users,
        'orders (MongoDB)': orders,
        'pieces off stock (MongoDB)': -stock,
        'page views (MongoDB)': views,
        'errors (MongoDB)': errors,
        'registrations (Redis)': registrations,
        'revenue, cents (Redis)': revenue,
        'pieces sold (Redis)': sold,
        'page views (Redis)': pageViews,
        'unique visitors (Redis)': visitors,
        'errors by hour (Redis)': errorRates,
        'open failures (GET /failures)': failures,
      };
    },
    async close() {
      await Promise.all([mongo.close(), redis.close()]);
    },
  };
}

async function openFailures(caller: Caller): Promise<number> {
  let failures = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const response = await caller.fetch(`/failures?status=open&limit=200${cursor && `&cursor=${cursor}`}`);
    if (!response.ok) throw new Error(`GET /failures answered ${response.status}: ${await response.text()}`);
    const page = (await response.json()) as { items: unknown[]; next: string | null };
    failures += page.items.length;
    cursor = page.next;
  }
  return failures;
}

/** UTC days from the day of `start` to today. */
export function daysSince(start: number, now: number = Date.now()): string[] {
  const day = 86_400_000;
  const first = Math.floor(start / day);
  return Array.from({ length: Math.floor(now / day) - first + 1 }, (_, index) =>
    new Date((first + index) * day).toISOString().slice(0, 10),
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
