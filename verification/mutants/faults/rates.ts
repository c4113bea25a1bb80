import type { Mutant } from '../mutant.ts';

const script = 'lib/adapters/redis/rate-limit.ts';
const onRedis = 'test/lib/adapters/redis/rate-limit.contract.test.ts';
const httpFunction = 'lib/http/http-function.ts';
const overHttp = 'test/lib/http/limits.test.ts';
const charge = 'lib/limits/charge.ts';
const charges = 'test/lib/limits/charge.test.ts';
const memory = 'lib/limits/memory-rates.ts';
const inMemory = 'test/lib/limits/memory-rates.test.ts';
const policies = 'lib/core/access/policies.ts';
const ofCallers = 'test/lib/core/access/policies.test.ts';
const claim = 'lib/ingest/claim.ts';
const sending = 'test/lib/ingest/rates.test.ts';
const tokens = 'test/lib/ingest/ingest.test.ts';
const slots = 'lib/adapters/redis/wait-slots.ts';
const places = 'test/lib/adapters/redis/results.contract.test.ts';
const config = 'lib/core/adapter-options.ts';
const reserved = 'test/lib/core/config.test.ts';

/** Limits that let through more than they say, that charge for what is refused for its rate, or that count for another. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a request is taken from one bucket though another refuses it',
    file: script,
    search: 'elseif room(one) < one.asked then passed = false end',
    replace: 'elseif index == 1 and room(one) < one.asked then passed = false end',
    caughtBy: onRedis,
    title: 'from every bucket, or from none',
  },
  {
    name: 'what is refused costs what it asked for',
    file: script,
    search: '  elseif one.asked >= 0 then lacking = one.asked end',
    replace: '  elseif one.asked >= 0 then taken, lacking = math.min(room(one), one.asked), one.asked end',
    caughtBy: onRedis,
    title: 'from every bucket, or from none',
  },
  {
    name: 'events are granted as the richer bucket has them',
    file: script,
    search: 'granted = math.min(granted, room(one))',
    replace: 'granted = math.min(events, room(one))',
    caughtBy: onRedis,
    title: 'the key’s bucket and the tenant’s both',
  },
  {
    name: 'a bucket holds twice its quota',
    file: script,
    search: 'math.floor(((now + one.window - one.full) * one.quota - one.rest) / one.window)',
    replace: 'math.floor(((now + one.window * 2 - one.full) * one.quota - one.rest) / one.window)',
    caughtBy: onRedis,
    title: 'four clients together',
  },
  {
    name: 'an old rate outlives its change',
    file: script,
    search: '    if one.full >= now + one.window then one.full, one.rest = now + one.window, 0 end\n',
    replace: '',
    caughtBy: onRedis,
    title: 'that an operator has changed',
  },
  {
    name: 'a rate is asked for before the claims',
    file: 'lib/adapters/redis/claims.ts',
    search: 'const found = await connection.all(',
    replace: 'await null;\n      const found = await connection.all(',
    caughtBy: onRedis,
    title: 'in the flush of its claims',
  },
  {
    name: 'all keys of a tenant share the bucket of a key',
    file: script,
    search: "policy.whose === 'key' ?",
    replace: 'policy.quota < 0 ?',
    caughtBy: onRedis,
    title: 'the key’s bucket and the tenant’s both',
  },
  {
    name: 'a route is charged after it has answered',
    file: httpFunction,
    search: '  if (!chargesItself) await takeAll(charge);\n',
    replace: '',
    caughtBy: overHttp,
    title: 'a handler is not reached',
  },
  {
    name: 'what is refused costs nothing',
    file: httpFunction,
    search: '  const allowance = await charge.take();\n  const said =',
    replace: '  const allowance = response.status < 400 ? await charge.take() : { events: 0 };\n  const said =',
    caughtBy: overHttp,
    title: 'what is refused',
  },
  {
    name: 'who is over a rate is refused for something else',
    file: httpFunction,
    search: "'refused' in allowance ? problemAnswer(allowance.refused) : response;",
    replace: 'response;',
    caughtBy: overHttp,
    title: 'what is refused',
  },
  {
    name: 'health is limited',
    file: httpFunction,
    search:
      "      if (routes[routeKey] === 'anyone') return answer(await respond(event, routeKey, anyone, free, options));\n",
    replace: '',
    caughtBy: overHttp,
    title: 'health costs nobody',
  },
  {
    name: 'an operator pays with the rate of another tenant',
    file: httpFunction,
    search: 'charging.chargeOf(identity, bodyBytes(event))',
    replace:
      'charging.chargeOf(actingIn(identity, new URLSearchParams(event.rawQueryString), queryParametersOf(routeKey)), bodyBytes(event))',
    caughtBy: overHttp,
    title: 'an operator pays for itself',
  },
  {
    name: 'bytes are counted as they travel',
    file: 'lib/http/request.ts',
    search: "event.isBase64Encoded ? 'base64' : 'utf8'",
    replace: "'utf8'",
    caughtBy: overHttp,
    title: 'bytes are those of the body',
  },
  {
    name: 'the largest request costs more than there can be',
    file: 'lib/http/request.ts',
    search: "  Math.min(lengthOf(event.body, event.isBase64Encoded ? 'base64' : 'utf8'), MAX_BODY_BYTES);",
    replace: "  lengthOf(event.body, event.isBase64Encoded ? 'base64' : 'utf8');",
    caughtBy: overHttp,
    title: 'costs no more than may come',
  },
  {
    name: 'a request is charged as often as it is asked',
    file: charge,
    search: 'this.#asked ??= this.#take(',
    replace: 'this.#asked = this.#take(',
    caughtBy: charges,
    title: 'is taken once',
  },
  {
    name: 'any limit is told of',
    file: charge,
    search: '.toSorted((a, b) => b.wait - a.wait || a.left / a.quota - b.left / b.quota)',
    replace: '',
    caughtBy: charges,
    title: 'nearest its end',
  },
  {
    name: 'a limit that refuses is not told of',
    file: charge,
    search: 'b.wait - a.wait || a.left / a.quota',
    replace: 'a.left / a.quota',
    caughtBy: charges,
    title: 'nearest its end',
  },
  {
    name: 'without Redis there is no limit',
    file: charge,
    search: '    return inMemory.take(this.#payer, cost);',
    replace: '    return { passed: true, events: cost.events, buckets: [] };',
    caughtBy: charges,
    title: 'each environment admits its part',
  },
  {
    name: 'without Redis each environment admits all of a rate',
    file: charge,
    search: 'quota: policy.quota / environments',
    replace: 'quota: policy.quota',
    caughtBy: charges,
    title: 'each environment admits its part',
  },
  {
    name: 'what memory gave goes back to Redis',
    file: charge,
    search: '    this.#rates = inMemory;\n',
    replace: '',
    caughtBy: charges,
    title: 'goes back to where it came from',
  },
  {
    name: 'memory lets through what it has not',
    file: memory,
    search: 'isFull(one) || cost[one.policy.of] <= roomIn(one)',
    replace: 'cost[one.policy.of] <= one.policy.quota',
    caughtBy: inMemory,
    title: 'no more than burst',
  },
  {
    name: 'what one overdrew in memory holds up who asks nothing of it',
    file: memory,
    search: 'Math.max(0, policy.quota - missing) + LITTLE',
    replace: 'policy.quota - missing + LITTLE',
    caughtBy: inMemory,
    title: 'that are overdrawn',
  },
  {
    name: 'memory refuses for ever what is more than its part',
    file: memory,
    search: 'isFull(one) || cost[one.policy.of] <= roomIn(one)',
    replace: 'cost[one.policy.of] <= roomIn(one)',
    caughtBy: inMemory,
    title: 'make up for it',
  },
  {
    name: 'a tenant has the limit of the stage beside its own',
    file: policies,
    search: 'tenantRate || !stage ?',
    replace: '!stage ?',
    caughtBy: ofCallers,
    title: 'in place of the stage’s',
  },
  {
    name: 'a burst is a second’s worth',
    file: policies,
    search: 'quota: aSecond * BURST_SECONDS',
    replace: 'quota: aSecond',
    caughtBy: ofCallers,
    title: 'ten seconds’ worth',
  },
  {
    name: 'a request that is over its rate keeps its ids',
    file: claim,
    search: '    await release(fresh, ports);\n    throw',
    replace: '    throw',
    caughtBy: sending,
    title: 'over its requests',
  },
  {
    name: 'what is over its events alone costs a request',
    file: claim,
    search: "inVain && charge.giveBack('all')",
    replace: 'undefined',
    caughtBy: sending,
    title: 'over its events alone costs nothing',
  },
  {
    name: 'what is refused beside events that are over costs nothing',
    file: claim,
    search: 'over.size === judged.length + refused;',
    replace: 'over.size === judged.length;',
    caughtBy: sending,
    title: 'refused for something else',
  },
  {
    name: 'an event that is refused costs none',
    file: claim,
    search: 'charge.take(wanted.length + refused)',
    replace: 'charge.take(wanted.length)',
    caughtBy: tokens,
    title: 'costs as many tokens',
  },
  {
    name: 'a copy in an array costs an event',
    file: 'lib/ingest/ingest.ts',
    search: "!('event' in one && isCopy(one.event, firsts))",
    replace: 'one',
    caughtBy: tokens,
    title: 'costs as many tokens',
  },
  {
    name: 'one key takes all places of its tenant',
    file: slots,
    search: 'Math.ceil(places * SHARE_OF_A_KEY)',
    replace: 'places',
    caughtBy: places,
    title: 'for one key at most half',
  },
  {
    name: 'every tenant has the places of the stage',
    file: slots,
    search: 'limit: places }',
    replace: 'limit: limits.perTenant }',
    caughtBy: places,
    title: 'for one key at most half',
  },
  {
    name: 'an operator waits in places of another tenant',
    file: 'lib/core/access/identity.ts',
    search: '  tenant: home,\n',
    replace: '  tenant,\n',
    caughtBy: 'test/lib/results/results.test.ts',
    title: 'waits in a place of its own',
  },
  {
    name: 'waiting takes all that is reserved for ingest',
    file: config,
    search: '?? ACCOUNT_CONCURRENCY) / 2)',
    replace: '?? ACCOUNT_CONCURRENCY))',
    caughtBy: reserved,
    title: 'half of it may wait',
  },
  {
    name: 'openapi.json says nothing of limits',
    file: 'lib/http/api-documents/openapi-answers.ts',
    search: "if (access === 'anyone') return answers;",
    replace: 'if (access) return answers;',
    caughtBy: 'test/lib/http/api-documents/openapi.test.ts',
    title: 'says of every operation but health',
  },
];

export const rates: readonly Mutant[] = broken.map((mutant) => ({ engine: 'rates', ...mutant }));
