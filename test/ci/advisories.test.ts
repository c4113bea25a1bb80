import { describe, expect, test } from 'vitest';
import { judge, readAcceptances, readAnswer } from '../../.ci/advisories.ts';
import { behind } from '../../.ci/versions.ts';
import { read } from '../support/repository.ts';

const today = Date.parse('2026-12-01T12:00:00Z');
const lock = { packages: { 'node_modules/driver': {}, 'node_modules/runner': { dev: true }, 'node_modules/x': {} } };
const found = (name: string, severity: string) => ({
  via: [{ name, title: `${name} is broken`, url: `https://advisories.example/GHSA-${name}-${severity}`, severity }],
  nodes: [`node_modules/${name}`],
});
const report = (vulnerabilities: object) => ({ auditReportVersion: 2, vulnerabilities });

function judged(vulnerabilities: object, accepted: object[] = []) {
  const answer = readAnswer(report(vulnerabilities), lock);
  if (!('advisories' in answer)) throw new Error('no advisories');
  return judge(answer.advisories, readAcceptances(accepted, today), today);
}

describe('entry 34: known faults of packages', () => {
  test.each([
    ['driver', 'critical', true],
    ['driver', 'high', true],
    ['driver', 'moderate', false],
    ['runner', 'critical', true],
    ['runner', 'high', false],
  ])('of %s, %s: fails: %s', (name, severity, fails) => {
    expect(judged({ [name]: found(name, severity) })).toMatchObject([{ package: name, severity, fails }]);
  });

  test('count once, for the package that has them, also where others need it', () => {
    const needing = { via: ['driver'], nodes: ['node_modules/x'] };
    expect(judged({ driver: found('driver', 'high'), x: needing })).toMatchObject([{ id: 'GHSA-driver-high' }]);
  });

  test('of a package that is there twice count where it is deployed', () => {
    const twice = { ...found('runner', 'high'), nodes: ['node_modules/runner', 'node_modules/x'] };
    expect(judged({ runner: twice })).toMatchObject([{ deployed: true, fails: true }]);
  });

  test.each([
    ['2026-12-01', false],
    ['2026-11-30', true],
  ])('that are accepted until %s fail on the first of December: %s', (until, fails) => {
    const accepted = [{ advisory: 'GHSA-driver-high', reason: 'only what we never call', until }];
    expect(judged({ driver: found('driver', 'high') }, accepted)).toMatchObject([
      { fails, why: expect.stringContaining(until) },
    ]);
  });

  test.each<[string, unknown]>([
    ['no reason', [{ advisory: 'GHSA-a', reason: '', until: '2026-12-24' }]],
    ['no end', [{ advisory: 'GHSA-a', reason: 'only what we never call' }]],
    ['an end that is no day', [{ advisory: 'GHSA-a', reason: 'only what we never call', until: 'soon' }]],
    ['an end in years', [{ advisory: 'GHSA-a', reason: 'only what we never call', until: '2029-01-01' }]],
  ])('are not accepted with %s', (_, accepted) => {
    expect(() => readAcceptances(accepted, today)).toThrow();
  });

  test('that are accepted now have a reason and an end', () => {
    expect(readAcceptances(JSON.parse(read('.ci/accepted-advisories.json')), Date.now())).toEqual(expect.any(Array));
  });

  test('that did not come are told from none, and from an npm that could not look', () => {
    expect(readAnswer(report({}), lock)).toEqual({ advisories: [] });
    const error = { summary: '', detail: '' };
    expect(readAnswer({ message: 'request to https://a.example/b failed, reason: x', error }, lock)).toEqual({
      unreached: 'request to the registry failed, reason: x',
    });
    expect(readAnswer({ error: { ...error, code: 'ENOLOCK' } }, lock)).toHaveProperty('broken');
    expect(readAnswer(undefined, lock)).toHaveProperty('broken');
  });
});

describe('entry 34: packages that are behind', () => {
  test('are a row each, with what is here, what fits and what is the latest', () => {
    const told = {
      driver: { current: '1.0.0', wanted: '1.1.0', latest: '2.0.0' },
      runner: [{ wanted: '3', latest: '3' }],
    };
    expect(behind(told, ['driver'])).toEqual([
      ['package', 'here', 'fits', 'latest', 'of'],
      ['driver', '1.0.0', '1.1.0', '2.0.0', 'what is deployed'],
      ['runner', 'none', '3', '3', 'development'],
    ]);
  });

  test.each<[string, unknown, RegExp]>([
    ['none is', {}, /every package/],
    [
      'the registry is silent',
      { error: { code: 'E500', summary: '500 - GET https://a.example/b' } },
      /500 - GET the reg/,
    ],
    ['npm says nothing', undefined, /nothing that can be read/],
  ])('are a line where %s', (_, told, line) => {
    expect(behind(told, [])).toMatch(line);
  });
});
