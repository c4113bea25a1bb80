import { MongoBulkWriteError, MongoServerError } from 'mongodb';
import { expect, test } from 'vitest';
import { translate } from '../../../../lib/adapters/mongo/errors.ts';

test('entry 4: what the driver says carries no document, and says all the same which index was met', () => {
  const refused = new MongoServerError({
    code: 11000,
    errmsg: 'E11000 duplicate key error collection: x.effects index: name_1 dup key: { name: "ann@example.org" }',
    keyPattern: { tenant: 1, name: 1 },
    keyValue: { name: 'ann@example.org' },
  });
  const translated = translate(refused, 'effects');
  expect(translated).toMatchObject({
    code: 'duplicate-key',
    fields: ['name'],
    cause: { message: expect.stringContaining('name_1 dup key: {…}') },
  });
  const other = translate(new MongoServerError({ code: 14, errmsg: 'cannot apply $inc to {_id: 1, name: "ann"}' }));
  expect(other).toMatchObject({ message: 'cannot apply $inc to {…}' });
});

test.each([
  ['tenant_1_name_1', ['name']],
  ['tenant_1_doctor_1_startsAt_-1', ['doctor', 'startsAt']],
  ['tenant_1_patient.phone_1_unique', ['patient.phone']],
  ['tenant_1_first_name_1', ['first_name']],
  ['tenant_1_address_1_1', ['address_1']],
  ['tenant_1_line_1_-1__key_1', ['line_1', '_key']],
  ['_id_', ['_id']],
])('of several writes the driver tells no pattern: the name of the index %s says its fields', (index, fields) => {
  const message = `E11000 duplicate key error collection: x.effects index: ${index} dup key: { name: "ann" }`;
  const refused = new MongoBulkWriteError({ message, code: 11000, writeErrors: [] }, Object.create(null));
  expect(translate(refused, 'effects')).toMatchObject({ code: 'duplicate-key', fields });
});
