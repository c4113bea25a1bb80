import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
/** The face of Sluice; event files know it as `#sluice` (`imports` in package.json). */
const FACE = 'lib/sdk/sluice.ts';
/** What their tests know as `#sluice/testing`. */
const KIT = 'testing/testing.ts';
const FACES: Readonly<Record<string, string>> = { '#sluice': FACE, '#sluice/testing': KIT };
const CODE_FOLDERS = ['functions', 'lib', 'deploy', 'local', 'client', 'examples', 'testing'];

interface Import {
  /** A project path, or the name of a package. */
  to: string;
  typeOnly: boolean;
}
interface Source {
  path: string;
  text: string;
  imports: Import[];
}

const sources = sourcesIn(CODE_FOLDERS);

function sourcesIn(folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .map((path) => path.split(sep).join('/'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): Import[] {
  const statement = /^(?:import|export)\s+(?<what>[^'"`;]*?from\s+)?['"](?<from>[^'"]+)['"]/gms;
  const expression = /\bimport(?:\.meta\.resolve)?\(\s*(?:\/\*.*?\*\/\s*)?['"](?<from>[^'"]+)['"]\s*\)(?<member>\.)?/gs;
  return [
    ...[...text.matchAll(statement)].map(({ groups }) => ({
      to: resolve(path, groups?.from ?? ''),
      typeOnly: isTypeOnly(groups?.what ?? ''),
    })),
    // `import('x').Type` in a type position is no import at run time.
    ...[...text.matchAll(expression)].map(({ groups }) => ({
      to: resolve(path, groups?.from ?? ''),
      typeOnly: groups?.member !== undefined,
    })),
  ];
}

/** `type { A } from`, or braces in which every name is a type. */
function isTypeOnly(what: string): boolean {
  if (/^type\b/.test(what)) return true;
  const named = /^\{(?<names>[^}]*)\}\s*from/s.exec(what)?.groups?.names;
  const names = named?.split(',').filter((name) => name.trim() !== '') ?? [];
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

function resolve(from: string, specifier: string): string {
  const face = FACES[specifier];
  if (face) return face;
  if (specifier.startsWith('.'))
    return relative(root, join(root, dirname(from), specifier))
      .split(sep)
      .join('/');
  const parts = specifier.split('/');
  return specifier.startsWith('@')
    ? parts.slice(0, 2).join('/')
    : specifier.startsWith('node:')
      ? specifier
      : (parts[0] ?? '');
}

const DRIVERS = ['mongodb', 'bson', 'ioredis', '@aws-sdk/client-sqs', '@aws-sdk/client-ssm', '@opentelemetry/api'];
const runtime = ({ imports }: Source): string[] => imports.filter(({ typeOnly }) => !typeOnly).map(({ to }) => to);
const all = ({ imports }: Source): string[] => imports.map(({ to }) => to);
const within = (folder: string) => sources.filter(({ path }) => path.startsWith(`${folder}/`));
const pipelines = within('lib').filter(({ path }) => !/^lib\/(adapters|wiring)\//.test(path));
/** Those of the domain, and those that show an idea each; with the folder of what they share. */
const eventFolders = { 'functions/events': 'functions/common', 'examples/handlers': 'examples/common' };
const events = Object.keys(eventFolders).flatMap(within);
const common = Object.values(eventFolders).flatMap(within);
const entries = sources.filter(
  ({ text, path }) => /^functions\/[^/]+$/.test(path) && /^export .*\bhandler\b/m.test(text),
);
/** `file: what` for every file of which the rule finds something. */
const findings = (files: readonly Source[], rule: (source: Source) => readonly string[]): string[] =>
  files.flatMap((source) => rule(source).map((found) => `${source.path}: ${found}`));
/** Code without comments, for words that a comment may say. */
const code = ({ text }: Source): string => text.replace(/\/\*.*?\*\//gs, '').replace(/(^|\s)\/\/.*$/gm, '');

/** Over 200 lines, and why they are one file all the same. */
const LONG_FILES: Readonly<Record<string, string>> = {};

/** The floors of lib/, the highest first: a room imports from its own floor's files and from floors below it. */
const FLOORS: readonly (readonly string[])[] = [
  ['wiring'],
  ['http'],
  ['access', 'ingest', 'consume', 'failures', 'results', 'projections', 'limits', 'deployment', 'adapters'],
  ['ports'],
  ['core'],
  ['sdk'],
];
/** Between pipelines arrows go from left to right only, and adapters know none of them. */
const PIPELINES: readonly (readonly string[])[] = [
  ['consume'],
  ['failures', 'projections'],
  ['results'],
  ['ingest', 'access'],
  ['limits'],
  ['deployment'],
];
/** What other rooms of lib/ may import of a pipeline: its doors. Everything of another room is a door. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  ingest: ['count-taken.ts', 'ingest.ts', 'check.ts', 'claim.ts', 'publication.ts', 'send.ts'],
  consume: ['consume.ts', 'ports.ts', 'settings.ts', 'setup.ts'],
  failures: [
    'count-open.ts',
    'dead-letter.ts',
    'senders.ts',
    'view.ts',
    'unknown.ts',
    'discard.ts',
    'replay/replay.ts',
    'replay/jobs.ts',
    'replay/many.ts',
    'replay/go-on.ts',
  ],
  results: ['results.ts', 'view.ts', 'wait.ts', 'settled-event.ts'],
  projections: ['read.ts', 'record.ts'],
  access: [
    'look-up.ts',
    'verdict.ts',
    'make-key.ts',
    'end-key.ts',
    'ends.ts',
    'tenants.ts',
    'told.ts',
    'refusal-of.ts',
  ],
  limits: ['charge.ts', 'memory-rates.ts'],
  deployment: ['answer-deployment.ts', 'set-up-in-time.ts'],
};

describe('the reader of imports', () => {
  it('tells imports at run time from imports of types', () => {
    const text = [
      `import a from 'a';`,
      `import type { B } from 'b';`,
      `import { type C, type D } from 'c';`,
      `import {\n  type E,\n  f,\n} from '@scope/d/deep';`,
      `export { g } from './e.ts';`,
      `import './f.ts';`,
      `const h = await import('g');`,
      `let i: import('h').I;`,
    ].join('\n');
    expect(importsOf('lib/x.ts', text)).toEqual([
      { to: 'a', typeOnly: false },
      { to: 'b', typeOnly: true },
      { to: 'c', typeOnly: true },
      { to: '@scope/d', typeOnly: false },
      { to: 'lib/e.ts', typeOnly: false },
      { to: 'lib/f.ts', typeOnly: false },
      { to: 'g', typeOnly: false },
      { to: 'h', typeOnly: true },
    ]);
  });

  it('sees the project', () => {
    expect(pipelines.length).toBeGreaterThan(10);
    expect(entries.length).toBeGreaterThan(0);
    expect(sources.flatMap(all).filter((to) => to === 'lib/core/errors.ts').length).toBeGreaterThan(10);
  });
});

describe('the rooms of lib/', () => {
  const roomOf = (path: string): string => /^lib\/([^/]+)\//.exec(path)?.[1] ?? '';
  const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room));
  const placeOf = (room: string): number => PIPELINES.findIndex((rooms) => rooms.includes(room));
  const lib = within('lib');
  /** Imports, those of types too, of another room. */
  const arrows = (source: Source) =>
    all(source).filter((to) => to.startsWith('lib/') && roomOf(to) !== roomOf(source.path));

  it('are those that have a floor', () => {
    expect([...new Set(lib.map(({ path }) => roomOf(path)))].toSorted()).toEqual(FLOORS.flat().toSorted());
  });

  it('stand on floors: no arrow runs back up', () => {
    expect(
      findings(lib, (source) => arrows(source).filter((to) => floorOf(roomOf(to)) < floorOf(roomOf(source.path)))),
    ).toEqual([]);
  });

  it('of the pipelines know those that come after them, and adapters know none', () => {
    expect(
      findings(lib, (source) => {
        const from = placeOf(roomOf(source.path));
        const adapter = roomOf(source.path) === 'adapters';
        if (from < 0 && !adapter) return [];
        return arrows(source).filter((to) => {
          const place = placeOf(roomOf(to));
          return roomOf(to) === 'adapters' || (place >= 0 && (adapter || place <= from));
        });
      }),
    ).toEqual([]);
  });

  it('are entered by their doors', () => {
    const isDoor = (to: string): boolean => {
      const doors = DOORS[roomOf(to)];
      return !doors || doors.includes(to.slice(`lib/${roomOf(to)}/`.length));
    };
    expect(findings(lib, (source) => arrows(source).filter((to) => !isDoor(to)))).toEqual([]);
    const entered = new Set([...lib, ...within('functions'), ...within('deploy')].flatMap(arrows));
    const unused = Object.entries(DOORS)
      .flatMap(([room, doors]) => doors.map((door) => `lib/${room}/${door}`))
      .filter((door) => !entered.has(door));
    expect(unused).toEqual([]);
  });
});

describe('event files', () => {
  /** A handler reaches databases and queues by its context alone. */
  const DRIVERS = [...['mongodb', 'bson', 'ioredis', '@aws-sdk/client-sqs', '@aws-sdk/client-ssm']];
  const files = new Set(sources.map(({ path }) => path));
  const mayImport = (to: string): boolean =>
    [FACE, 'node:crypto'].includes(to) || (!files.has(to) && !/^[./#]|^node:/.test(to) && !DRIVERS.includes(to));
  const homeOf = (path: string) => Object.entries(eventFolders).find((folders) => folders.includes(dirname(path)));

  it('import #sluice, the schema library, packages of theirs and what they share, but no driver and nothing else of the project', () => {
    expect(
      findings([...events, ...common], (source) =>
        all(source).filter((to) => !mayImport(to) && dirname(to) !== homeOf(source.path)?.[1]),
      ),
    ).toEqual([]);
    expect(events.flatMap(all).filter((to) => dirname(to) === 'examples/common').length).toBeGreaterThan(1);
    expect(['zod', 'lib/core/errors.ts', 'testing/testing.ts', 'node:fs', 'mongodb'].filter(mayImport)).toEqual([
      'zod',
    ]);
  });

  it('touch neither the environment nor the console nor a timer', () => {
    expect(
      findings(
        [...events, ...common],
        (source) => code(source).match(/\b(process|console|setTimeout|setInterval|globalThis)\b/g) ?? [],
      ),
    ).toEqual([]);
  });

  it('have a test each', () => {
    const untested = events.filter(
      ({ path }) => !existsSync(join(root, 'test', `${path.slice(0, -'.ts'.length)}.test.ts`)),
    );
    expect(untested.map(({ path }) => path)).toEqual([]);
  });
});

describe('event files and examples', () => {
  const areTheDomain = (path: string) => /^(functions\/(events|common)|examples)\//.test(path);
  it('are imported by nothing that is no part of them: whoever takes them out breaks nothing', () => {
    const others = sources.filter(({ path }) => !areTheDomain(path));
    expect(findings(others, (source) => all(source).filter(areTheDomain))).toEqual([]);
  });
});

describe('the pipelines in lib/', () => {
  it('know no driver; its types are named in lib/sdk/collection.ts alone, but for what a document is', () => {
    const document = /^import type \{ Document \} from 'mongodb';$/m;
    expect(
      findings(pipelines, (source) => {
        const typesAllowed = source.path === 'lib/sdk/collection.ts' || document.test(source.text);
        return (typesAllowed ? runtime(source) : all(source)).filter((to) => DRIVERS.includes(to));
      }),
    ).toEqual([]);
  });

  it('import no adapter', () => {
    expect(findings(pipelines, (source) => runtime(source).filter((to) => to.startsWith('lib/adapters/')))).toEqual([]);
  });

  it('read the environment in lib/core/config.ts alone, asked for what a declaration needs', () => {
    const deployed = [...within('lib'), ...within('functions')];
    const readers = deployed.filter((source) => /\bprocess\.env\b/.test(code(source)));
    expect(readers.map(({ path }) => path)).toEqual(['lib/core/config.ts']);
    const asking = findings(deployed, (source) => code(source).match(/\breadConfig\(.*?\)/g) ?? []);
    expect(asking).toEqual([
      'lib/wiring/function-config.ts: readConfig(needs)',
      "lib/wiring/metrics.ts: readConfig(['SERVICE', 'STAGE', 'POWERTOOLS_METRICS_DISABLED'])",
    ]);
  });

  it('import neither functions/ nor what stays at home', () => {
    expect(
      findings(within('lib'), (source) =>
        all(source).filter((to) => /^(functions|deploy|local|client|testing|test|verification)\//.test(to)),
      ),
    ).toEqual([]);
  });
});

describe('adapters', () => {
  it('are joined to their ports in lib/wiring/mongo.ts, redis.ts, sqs.ts, secrets.ts, address-secrets.ts, metrics.ts, tracing.ts and deployment-handler.ts: whoever exchanges a store changes one of them', () => {
    const joins = [
      'address-secrets',
      'deployment-handler',
      'metrics',
      'mongo',
      'redis',
      'secrets',
      'sqs',
      'tracing',
    ].map((name) => `lib/wiring/${name}.ts`);
    // Collections and indexes are MongoDB's own, behind no port.
    const setups = ['deploy/database.ts', 'deploy/setup-resource.ts', 'testing/world.ts'];
    const others = sources.filter(
      ({ path }) => !/^(lib\/adapters|test|verification)\//.test(path) && ![...joins, ...setups].includes(path),
    );
    expect(findings(others, (source) => all(source).filter((to) => /^lib\/adapters\//.test(to)))).toEqual([]);
  });

  it('use one driver each', () => {
    const several = within('lib/adapters').filter(
      (source) => new Set(runtime(source).filter((to) => DRIVERS.includes(to))).size > 1,
    );
    expect(several.map(({ path }) => path)).toEqual([]);
  });

  it('of one driver import no adapter of another', () => {
    const driverOf = (path: string) =>
      /^lib\/adapters\/(emf|mongo|opentelemetry|redis|secrets-manager|sqs|ssm)/.exec(path)?.[1];
    expect(
      findings(within('lib/adapters'), (source) => {
        const own = driverOf(source.path);
        if (own === undefined) return [];
        return runtime(source).filter((to) => driverOf(to) !== undefined && driverOf(to) !== own);
      }),
    ).toEqual([]);
  });
});

describe('declarations of functions', () => {
  const declarations = within('lib/wiring/functions');

  it('are data: whoever reads them loads neither an adapter, nor a pipeline, nor a driver', () => {
    const loaded = reachedFrom(declarations.map(({ path }) => path));
    const rooms = [...PIPELINES.flat(), 'adapters'].map((room) => `lib/${room}/`);
    expect([...loaded].filter((to) => DRIVERS.includes(to) || rooms.some((room) => to.startsWith(room)))).toEqual([]);
    expect(loaded.size).toBeGreaterThan(declarations.length);
  });

  it('are read alone, not together with others, by what connects a function', () => {
    const connecting = within('lib/wiring').filter((source) => !declarations.includes(source));
    expect(
      findings(connecting, (source) => runtime(source).filter((to) => to.startsWith('lib/wiring/functions/'))),
    ).toEqual(['lib/wiring/catalogue.ts: lib/wiring/functions/http-functions.ts']);
  });
});

describe('routes', () => {
  it('are told apart by their keys: no handler looks at the path of a request, but for the link to the next page', () => {
    const looking = within('lib/http').filter((source) => /\bpath\b/.test(code(source).replace(/'.*?'/g, '')));
    expect(looking.map(({ path }) => path).filter((path) => !path.startsWith('lib/http/api-documents/'))).toEqual([
      'lib/http/page-answer.ts',
      'lib/http/request.ts',
      'lib/http/route.ts',
    ]);
  });
});

describe('entries in functions/', () => {
  it('import what they put together: lib/wiring/, and what loads event files', () => {
    expect(entries.length).toBeGreaterThan(5);
    expect(
      findings(entries, (source) =>
        all(source).filter((to) => !to.startsWith('lib/wiring/') && to !== 'functions/load-event.ts'),
      ),
    ).toEqual([]);
  });

  it('know nothing that stays at home, event files neither', () => {
    expect(
      findings(within('functions'), (source) =>
        all(source).filter((to) => /^(deploy|local|client|testing|test|verification)\//.test(to)),
      ),
    ).toEqual([]);
  });

  it('have at most ten lines', () => {
    expect(
      findings(entries, ({ text }) => {
        const lines = text.trimEnd().split('\n').length;
        return lines > 10 ? [`${lines} lines`] : [];
      }),
    ).toEqual([]);
  });
});

/** The packages of each embedded engine. */
const ENGINES: Readonly<Record<string, readonly string[]>> = {
  mongo: ['bson', 'mingo'],
  redis: ['wasmoon-lua5.1'],
  sqs: ['@aws-sdk/client-sqs', 'fauxqs'],
};

describe('the embedded engines', () => {
  it('are those that say what they need', () => {
    const folders = new Set(within('local/engines').map(({ path }) => path.split('/')[2]));
    expect([...folders]).toEqual(Object.keys(ENGINES));
  });

  it.each(Object.entries(ENGINES))(
    '%s could be a package: it needs Node, its packages and nothing of ours',
    (engine, packages) => {
      const folder = `local/engines/${engine}`;
      const outside = (source: Source) =>
        all(source).filter((to) => !/^node:/.test(to) && !to.startsWith(`${folder}/`));
      expect(findings(within(folder), (source) => outside(source).filter((to) => !packages.includes(to)))).toEqual([]);
      expect(new Set(within(folder).flatMap(outside))).toEqual(new Set(packages));
    },
  );
});

describe('the kit for tests of handlers', () => {
  it('joins what is deployed to the local engines, and needs nothing else: no event type, no deployment, no runner of tests', () => {
    const ours = /^(lib|testing|local\/stack\/engines)\/|^node:/;
    expect(findings(within('testing'), (source) => all(source).filter((to) => !ours.test(to)))).toEqual([
      'testing/tenant.ts: mongodb',
      'testing/world.ts: mongodb',
    ]);
    const packages = within('testing')
      .flatMap(runtime)
      .filter((to) => !ours.test(to));
    expect(packages).toEqual([]);
  });

  it('is entered by its face, and by tests alone: nothing of it reaches a bundle', () => {
    const others = sources.filter(({ path }) => !path.startsWith('testing/'));
    expect(findings(others, (source) => all(source).filter((to) => to.startsWith('testing/')))).toEqual([]);
    const tests = sourcesIn(['test', 'verification']);
    const inside = (to: string) => to.startsWith('testing/') && to !== KIT;
    expect(findings(tests, (source) => all(source).filter(inside))).toEqual([]);
    const deployed = [...within('functions'), ...within('lib')].map(({ path }) => path);
    expect([...reachedFrom(deployed)].filter((to) => /^(testing|local|deploy)\//.test(to))).toEqual([]);
  });
});

describe('the client', () => {
  it('runs in a browser: it imports nothing but itself, and types', () => {
    expect(findings(within('client'), (source) => runtime(source).filter((to) => !to.startsWith('client/')))).toEqual(
      [],
    );
    expect(within('client').length).toBeGreaterThan(0);
  });
});

describe('every file', () => {
  it('has at most 200 lines, or is listed here with a reason', () => {
    const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > 200).map(({ path }) => path);
    expect(long.filter((path) => !(path in LONG_FILES))).toEqual([]);
    expect(Object.keys(LONG_FILES).filter((path) => !long.includes(path))).toEqual([]);
  });

  it('passes on nothing that it imports: no barrels but the faces #sluice and #sluice/testing', () => {
    const others = sources.filter(({ path }) => !Object.values(FACES).includes(path));
    expect(findings(others, ({ text }) => text.match(/^export\s+(?:type\s+)?\*.*$/gm) ?? [])).toEqual([]);
    expect(findings(others, ({ text }) => text.match(/^export\s+(?:type\s+)?\{[^}]*\}\s*from.*$/gm) ?? [])).toEqual([]);
  });

  it('exports by name; only event files and plugins of the framework have a default', () => {
    const defaults = sources.filter((source) => /^export default\b/m.test(code(source))).map(({ path }) => path);
    const mayHaveOne = /^(functions\/events|examples\/handlers)\/|\/plugin\.ts$/;
    expect(defaults.filter((path) => !mayHaveOne.test(path))).toEqual([]);
  });

  it('names what it imports: a file with its suffix, a package that package.json lists, a module of Node as node:…', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const listed = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
    const files = new Set(sources.map(({ path }) => path));
    expect(
      findings(sources, (source) =>
        all(source).filter(
          (to) =>
            !(
              files.has(to) ||
              listed.has(to) ||
              (to.startsWith('node:') && builtinModules.includes(to.slice('node:'.length))) ||
              to === 'node:sqlite' ||
              to === 'aws-lambda'
            ),
        ),
      ),
    ).toEqual([]);
  });

  it('that is deployed, or is an example of it, has the schema library as a namespace: `{ z }` keeps half of it that nobody asks for', () => {
    const named = sources.filter(({ path }) => /^(functions|lib|examples)\//.test(path));
    expect(named.filter(({ text }) => text.includes("import * as z from 'zod'"))).not.toEqual([]);
    expect(named.filter(({ text }) => /\{[^}]*\bz\b[^}]*\} from 'zod'/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('deployed needs only packages that are dependencies, not those of development', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(
      findings([...within('lib'), ...within('functions')], (source) =>
        runtime(source).filter((to) => !/^(lib|functions)\/|^node:/.test(to) && !(to in dependencies)),
      ),
    ).toEqual([]);
  });

  it('of the database commands needs no package of development either: local/run.cjs lets them run without', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const files = new Set(sources.map(({ path }) => path));
    const commands = ['deploy/database.ts', 'deploy/keys.ts', 'deploy/projections.ts'];
    const reached = [...reachedFrom(commands)].filter((to) => !files.has(to) && !to.startsWith('node:'));
    expect(reached).toContain('mongodb');
    expect(reached.filter((to) => !(to in dependencies))).toEqual([]);
    const exempt = /DEPLOYED = \[(.*)\]/.exec(readFileSync(join(root, 'local/run.cjs'), 'utf8'))?.[1];
    expect(exempt).toBe(commands.map((command) => `'${command}'`).join(', '));
  });

  it('is part of no cycle, tests and verification too, not even by a type', () => {
    const everything = [...sources, ...sourcesIn(['verification', 'test'])];
    const graph = new Map(everything.map((source) => [source.path, all(source)]));
    expect(graph.has('test/architecture.test.ts')).toBe(true);
    expect(cycleIn(graph)).toBeUndefined();
    expect(
      cycleIn(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a']],
        ]),
      ),
    ).toEqual(['a', 'b', 'c', 'a']);
  });
});

/** What is loaded when these files are, with them: files of the project, and packages. */
function reachedFrom(paths: readonly string[]): Set<string> {
  const imports = new Map(sources.map((source) => [source.path, runtime(source)]));
  const reached = new Set(paths);
  for (const path of reached) for (const to of imports.get(path) ?? []) reached.add(to);
  return reached;
}

/** The first cycle found, or undefined. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const to of graph.get(path) ?? []) {
      const found = visit(to, [...trail, path]);
      if (found) return found;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const found = visit(path, []);
    if (found) return found;
  }
  return undefined;
}
