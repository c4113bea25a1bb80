import { expect, test } from 'vitest';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';

test('concerns are set explicitly: writes by a majority and journalled, reads of what a majority holds, from the primary', async () => {
  const { client, events, close } = connectMongo({ uri: 'mongodb://127.0.0.1:1/', database: 'd', timeoutMs: 100 });
  expect(client.options.writeConcern).toMatchObject({ w: 'majority', journal: true });
  expect(events.writeConcern).toMatchObject({ w: 'majority', journal: true });
  expect(events.readConcern).toMatchObject({ level: 'majority' });
  expect(events.readPreference).toMatchObject({ mode: 'primary' });
  await close();
});
