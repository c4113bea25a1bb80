import type { Mutant } from '../mutant.ts';

const answering = 'test/lib/deployment/answer-deployment.test.ts';
const resource = 'test/deploy/setup-resource.test.ts';
const settingUp = 'test/lib/adapters/mongo/set-up.contract.test.ts';
const asked = 'test/lib/wiring/setup.contract.test.ts';
const telling = 'test/lib/adapters/cloudformation/tell-deployment.test.ts';

/** Databases that a deployment leaves as they were, takes from, or waits for in vain. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'functions are deployed before their database',
    file: 'deploy/functions.ts',
    search: '...(waitsForSetup(one, settings) && { dependsOn: [SETUP_ID] }),',
    replace: '...(!waitsForSetup(one, settings) && { dependsOn: [SETUP_ID] }),',
    caughtBy: resource,
    title: 'comes before every function that asks it',
  },
  {
    name: 'the user of setup is everybody’s',
    file: 'deploy/environment.ts',
    search: '...(setsUp && settings.mongodbSetupUri &&',
    replace: '...((setsUp || !readsOnly) && settings.mongodbSetupUri &&',
    caughtBy: resource,
    title: 'is made as the user of setup',
  },
  {
    name: 'a changed expiry is no change',
    file: 'deploy/setup-resource.ts',
    search: 'JSON.stringify(plans)',
    replace: "JSON.stringify(plans, (key, value) => (key === 'expireAfterSeconds' ? 0 : value))",
    caughtBy: resource,
    title: 'are others with another expiry',
  },
  {
    name: 'the order of files is a change',
    file: 'deploy/setup-resource.ts',
    search: '.toSorted((a, b) => (a.name < b.name ? -1 : 1))',
    replace: '.filter(({ name }) => name !== SETUP_ID)',
    caughtBy: resource,
    title: 'and in whichever order',
  },
  {
    name: 'a resource that goes is set up once more',
    file: 'lib/deployment/answer-deployment.ts',
    search: "RequestType === 'Delete' ? nothing :",
    replace: 'RequestType === undefined ? nothing :',
    caughtBy: answering,
    title: 'lets it go changes nothing',
  },
  {
    name: 'a fault is not answered',
    file: 'lib/deployment/answer-deployment.ts',
    search: "return { Status: 'FAILED', Reason: messageOf(error) };",
    replace: 'throw error;',
    caughtBy: answering,
    title: 'fails with what was refused',
  },
  {
    name: 'an index is waited for until Lambda ends the function',
    file: 'lib/deployment/answer-deployment.ts',
    search: 'remainingMs() - MARGIN_MS',
    replace: 'remainingMs() + MARGIN_MS',
    caughtBy: answering,
    title: 'not ready half a minute before',
  },
  {
    name: 'what is missing is waited for until Lambda ends the function',
    file: 'lib/deployment/set-up-in-time.ts',
    search: 'Promise.race([orNothing(connect), late])',
    replace: 'Promise.race([orNothing(connect), late.then(() => new Promise<readonly string[]>(() => {}))])',
    caughtBy: answering,
    title: 'is answered before Lambda ends the function',
  },
  {
    name: 'an index that is not ready is a success',
    file: 'lib/deployment/answer-deployment.ts',
    search: "if ('missing' in done) return stillBuilding(done, log);",
    replace: "if ('missing' in done) return { ...stillBuilding(done, log), Status: 'SUCCESS' };",
    caughtBy: answering,
    title: 'not ready half a minute before',
  },
  {
    name: 'a cut connection ends the wait for an index',
    file: 'lib/deployment/set-up-in-time.ts',
    search: 'failures = clock.now() - began < LONG_MS ? failures + 1 : 1;',
    replace: 'failures += 1;',
    caughtBy: answering,
    title: 'is waited for again when the connection is cut',
  },
  {
    name: 'the answer’s address is logged',
    file: 'lib/wiring/deployment-handler.ts',
    search: 'inInvocation(context, () =>',
    replace: "inInvocation(context, () => log.info('asked', { request }) ??",
    caughtBy: asked,
    title: 'never logs where the answer goes',
  },
  {
    name: 'the answer’s address is in the error',
    file: 'lib/adapters/cloudformation/tell-deployment.ts',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    search: 'did not take the answer: ${fault}`',
    replace: 'did not take the answer at ${url}: ${fault}`',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    caughtBy: telling,
    title: 'and never the address',
  },
  {
    name: 'an index that is being built is there',
    file: 'lib/adapters/mongo/missing-setup.ts',
    search: '!there.isBuilding && ',
    replace: '',
    caughtBy: settingUp,
    title: 'is missing, and nobody runs on it',
  },
  {
    name: 'an index that is being built is ready for a setup',
    file: 'lib/adapters/mongo/set-up-indexes.ts',
    search: 'if (!standing || standing.isBuilding) {',
    replace: 'if (!standing) {',
    caughtBy: settingUp,
    title: 'is waited for by the next setup',
  },
  {
    name: 'a deployment lets documents leave',
    file: 'lib/adapters/mongo/set-up-indexes.ts',
    search: '!standing && !options.expireSooner && one.takesDocuments',
    replace: '!standing && !options && one.takesDocuments',
    caughtBy: settingUp,
    title: 'leaves one to a person where documents would leave',
  },
  {
    name: 'a deployment shortens an expiry',
    file: 'lib/adapters/mongo/set-up-indexes.ts',
    search: 'expireAfterSeconds < stood)) {',
    replace: 'expireAfterSeconds < 0)) {',
    caughtBy: settingUp,
    title: 'leaves a shorter expiry to a person',
  },
  {
    name: 'what another setup made is a fault',
    file: 'lib/adapters/mongo/set-up.ts',
    search: 'error.code === NAMESPACE_EXISTS) return false;',
    replace: 'error.code === -NAMESPACE_EXISTS) return false;',
    caughtBy: settingUp,
    title: 'so do two of other declarations',
  },
];

export const database: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'database' }));
