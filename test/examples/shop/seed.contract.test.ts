import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { assortment, seed, soldOut, unpriced } from '../../../examples/shop/seed.ts';
import { testEngines } from '../../support/engines.ts';

test('seeding adds what is not there, again and again, and changes nothing that is', async () => {
  const engines = await testEngines();
  const database = `test-${randomUUID().slice(0, 8)}`;
  const mongo = new MongoClient(engines.mongoUri);
  onTestFinished(async () => {
    await mongo.db(database).dropDatabase();
    await mongo.close();
    await engines.stop();
  });
  const types = ['order.placed', 'order.status.changed'];
  const products = mongo.db(database).collection('products');
  const orders = mongo.db(database).collection('orders');

  await seed({ mongoUri: engines.mongoUri, database, types });
  await products.updateOne({ sku: 'desk-lamp' }, { $set: { stock: 1 } });
  await products.deleteOne({ sku: 'ink-blue' });
  await products.insertOne({ tenant: 'local', sku: 'own-product', stock: 7 });
  await orders.updateOne({}, { $set: { status: 'paid' } });
  await seed({ mongoUri: engines.mongoUri, database, types });

  expect(await products.countDocuments({ tenant: 'local' })).toBe(assortment.length + 3);
  expect(await products.findOne({ sku: 'desk-lamp' })).toMatchObject({ stock: 1 });
  expect(await products.findOne({ sku: 'ink-blue' })).toMatchObject({ stock: 1_000_000 });
  expect(await products.findOne({ sku: 'own-product' })).toMatchObject({ stock: 7 });
  expect(await products.findOne({ sku: soldOut.sku })).toMatchObject({ stock: 0 });
  expect(await products.findOne({ sku: unpriced.sku })).toMatchObject({ price: null });
  expect(await orders.find().toArray()).toMatchObject([{ tenant: 'local', status: 'paid' }]);
});

test('what no declared event type needs is not seeded', async () => {
  const engines = await testEngines();
  const database = `test-${randomUUID().slice(0, 8)}`;
  const mongo = new MongoClient(engines.mongoUri);
  onTestFinished(async () => {
    await mongo.db(database).dropDatabase();
    await mongo.close();
    await engines.stop();
  });
  const filled = async () => (await mongo.db(database).collections()).map(({ collectionName }) => collectionName);
  await seed({ mongoUri: engines.mongoUri, database, types: [] });
  expect(await filled()).toEqual([]);
  await seed({ mongoUri: engines.mongoUri, database, types: ['order.placed'] });
  expect(await filled()).toEqual(['products']);
});
