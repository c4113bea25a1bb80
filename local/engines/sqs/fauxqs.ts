import { type BuildAppOptions, buildApp } from 'fauxqs';

type Stores = NonNullable<BuildAppOptions['stores']>;
export type Store = Stores['sqsStore'];
export type StoredQueue = ReturnType<Store['createQueue']>;
export type StoredMessage = Parameters<StoredQueue['enqueue']>[0];
/** A message that was handed out and is not visible until a time. */
export type InFlight = StoredQueue['inflightMessages'] extends Map<string, infer Entry> ? Entry : never;
export type AttributeValue = StoredMessage['messageAttributes'][string];

interface StoreClass {
  new (): Store;
  createMessage(
    body: string,
    attributes: Record<string, AttributeValue>,
    delaySeconds?: number,
    groupId?: string,
    deduplicationId?: string,
  ): StoredMessage;
}

/**
 * fauxqs with a store that can be reached: `buildApp` takes stores, and its types describe them, but the package exports no class of them.
 * They are therefore loaded by file, next to the package's entry; if a release moves them, every start fails here and says so.
 * @throws Error when fauxqs has no such file or class
 */
export async function openFauxqs() {
  const Store = await load<StoreClass>('./sqs/sqsStore.js', 'SqsStore');
  const SnsStore = await load<new () => Stores['snsStore']>('./sns/snsStore.js', 'SnsStore');
  const S3Store = await load<new () => Stores['s3Store']>('./s3/s3Store.js', 'S3Store');
  const store = new Store();
  // URLs of queues then begin with the address that was asked, not with a name below `localhost`, which not every machine resolves.
  store.host = '';
  const app = buildApp({
    logger: false,
    stores: { sqsStore: store, snsStore: new SnsStore(), s3Store: new S3Store() },
  });
  return { app, store, createMessage: Store.createMessage };
}
export type Fauxqs = Awaited<ReturnType<typeof openFauxqs>>;

async function load<Class>(file: string, name: string): Promise<Class> {
  const found: unknown = (await import(new URL(file, import.meta.resolve('fauxqs')).href))[name];
  if (typeof found !== 'function') throw new Error(`fauxqs has no class ${name} in ${file}`);
  return found as Class;
}
