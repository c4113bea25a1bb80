import type { Engine, Stand } from './claim.ts';
import type { ShownClaim } from './report.ts';

const NAMES: Record<Engine, string> = {
  mongo: 'MongoDB',
  redis: 'Redis',
  sqs: 'SQS',
  mapping: 'Event source mapping',
  gateway: 'API Gateway',
};
/** What would judge each engine, and whether it could be had where the table was made. */
const UNSEEN: Partial<Record<Engine, string>> = {
  mongo: 'not seen on a mongod',
  sqs: 'not seen on AWS',
  mapping: 'not seen on AWS',
  gateway: 'not seen on AWS',
};

/**
 * The claims as sections for people: a table of areas with how many statements hold where, then what is refused and what differs.
 * @param claims of one run on the embedded engines and any number on real ones
 * @returns Markdown
 * @throws Error when a claim did not pass: nothing is said of an engine that its test does not show
 */
export function claimsAsMarkdown(claims: readonly ShownClaim[]): string {
  const failed = claims.find(({ passed }) => !passed);
  if (failed) throw new Error(`${failed.engine}: "${failed.title}" did not pass on ${failed.ranOn}`);
  const engines = [...new Set(claims.map(({ engine }) => engine))].toSorted(
    (a, b) => Object.keys(NAMES).indexOf(a) - Object.keys(NAMES).indexOf(b),
  );
  const rows = engines.flatMap((engine) => areaRows(claims.filter((claim) => claim.engine === engine)));
  return [
    '| engine | area | as the real one | refused | different | also shown on |',
    '|---|---|---|---|---|---|',
    ...rows,
    ...engines.flatMap((engine) => [
      ...list(claims, engine, 'refuses', `What the embedded ${NAMES[engine]} refuses`),
      ...list(claims, engine, 'differs', `Where the embedded ${NAMES[engine]} differs`),
    ]),
    '',
  ].join('\n');
}

function areaRows(ofEngine: readonly ShownClaim[]): string[] {
  const areas = [...new Set(ofEngine.map(({ area }) => area))].toSorted();
  return areas.map((area) => {
    const here = ofEngine.filter((claim) => claim.area === area);
    const [embedded, elsewhere] = [true, false].map((own) =>
      here.filter(({ ranOn }) => (ranOn === 'embedded') === own),
    ) as [ShownClaim[], ShownClaim[]];
    const count = (stand: Stand) => embedded.filter((claim) => claim.stand === stand).length || '';
    const engine = here[0]?.engine ?? 'mongo';
    return `| ${[NAMES[engine], area, count('does'), count('refuses'), count('differs'), judges(elsewhere) || UNSEEN[engine] || ''].join(' | ')} |`;
  });
}

/** `30 on redis-server 7.0.15` */
function judges(elsewhere: readonly ShownClaim[]): string {
  const names = [...new Set(elsewhere.map(({ ranOn }) => ranOn))];
  return names
    .map((name) => `${elsewhere.filter(({ ranOn }) => ranOn === name).length} on ${name.replace(/ \(.*\)$/, '')}`)
    .join(', ');
}

function list(claims: readonly ShownClaim[], engine: Engine, stand: Stand, heading: string): string[] {
  const chosen = claims.filter((claim) => claim.engine === engine && claim.stand === stand);
  if (chosen.length === 0) return [];
  const lines = chosen.map(({ area, title, page }) => `- ${area}: ${title} ([page](${page}))`);
  return ['', `### ${heading}`, '', ...new Set(lines.toSorted())];
}
