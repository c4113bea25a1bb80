import { randomUUID } from 'node:crypto';
import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { describe, expect, test } from 'vitest';
import { wholeStack } from '../support/e2e.ts';

const { caller, client } = await wholeStack();

const cloudEvent = (series = 'a', id: string = randomUUID()) =>
  new CloudEvent({
    id,
    source: '/sources/e2e?part=1',
    type: 'sample.taken',
    subject: 'Besuch',
    time: '2026-11-23T12:00:00.000Z',
    tabnumber: 7,
    data: { series, probe: 'probe-of-the-sdk' },
  });
const batchOf = (events: CloudEvent<unknown>[]): Message => ({
  headers: { 'content-type': 'application/cloudevents-batch+json; charset=UTF-8' },
  body: JSON.stringify(events),
});
const send = async ({ headers, body }: Message) => {
  const response = await caller.fetch('/events', {
    method: 'POST',
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: String(body),
  });
  return { status: response.status, body: await response.json() };
};

describe('the CloudEvents SDK', () => {
  test('sends structured events', async () => {
    const event = cloudEvent();
    const { source, id } = event;
    expect(await send(HTTP.structured(event))).toMatchObject({ status: 202, body: { id, source, duplicate: false } });
    expect(await client.wait(id, { source, seconds: 20 })).toMatchObject({
      status: 'succeeded',
      type: 'sample.taken',
      subject: 'Besuch',
      time: '2026-11-23T12:00:00.000Z',
      tabnumber: 7,
      data: event.data,
    });
  });

  test('sends batches', async () => {
    const events = ['a', 'b', 'c'].map((series) => cloudEvent(series));
    const answer = await send(batchOf(events));
    expect(answer).toMatchObject({ status: 202, body: { accepted: 3, duplicates: 0, refused: 0 } });
    for (const { id, source } of events)
      expect(await client.wait(id, { source, seconds: 20 })).toMatchObject({ status: 'succeeded' });
  });

  test('sends one event in every mode, and it is one event', async () => {
    const event = cloudEvent();
    const { id, source, type, subject, time, data } = event;
    expect(await send(HTTP.binary(event))).toMatchObject({ status: 202, body: { id, duplicate: false } });
    expect(await send(HTTP.structured(event))).toMatchObject({ status: 202, body: { duplicate: true } });
    expect(await send(batchOf([event]))).toMatchObject({ status: 202, body: { duplicates: 1 } });
    const plain = JSON.stringify({ id, source, type, subject, time, data, tabnumber: 7 });
    const asPlainJson = await send({ headers: { 'content-type': 'application/json' }, body: plain });
    expect(asPlainJson).toMatchObject({ status: 202, body: { duplicate: true } });
  });
});
