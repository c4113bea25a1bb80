import { z } from 'zod';

const version = z.object({ current: z.string().optional(), wanted: z.string(), latest: z.string() });
const outdated = z.record(z.string(), z.union([version, z.array(version).transform(([first]) => first)]).pipe(version));
const silent = z.object({ error: z.object({ code: z.string(), summary: z.string() }) });

/**
 * @param json what `npm outdated --json` printed
 * @param deployed names of packages that are
 * @returns rows of a table, or why there are none
 */
export function behind(json: unknown, deployed: readonly string[]): string[][] | string {
  const failed = silent.safeParse(json);
  if (failed.success)
    return `nothing was looked at: ${failed.data.error.summary.replace(/https?:\/\/\S+/g, 'the registry')}`;
  const read = outdated.safeParse(json);
  if (!read.success) return 'nothing was looked at: npm said nothing that can be read';
  const packages = Object.entries(read.data);
  if (packages.length === 0) return 'every package is the latest';
  return [
    ['package', 'here', 'fits', 'latest', 'of'],
    ...packages.map(([name, { current = 'none', wanted, latest }]) => [
      name,
      current,
      wanted,
      latest,
      deployed.includes(name) ? 'what is deployed' : 'development',
    ]),
  ];
}
